"""Listening: any text as a feedback item, what was read in it, and what people say about that reading."""
