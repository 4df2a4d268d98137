"""Stored results as people read them: words, numbers in the reader's language, and charts."""
