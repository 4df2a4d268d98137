"""Panels: who may see them, who is in them, and who is meant by a segment."""
