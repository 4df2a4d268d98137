"""Rows for tests, made as the site makes them, and the small cast they are played by."""
