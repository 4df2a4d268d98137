"""Feedback to take away, row by row: its columns, what is kept out of them, what they are written to."""
