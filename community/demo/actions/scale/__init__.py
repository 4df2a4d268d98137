"""Bulk data for measuring: many members, ideas, votes, comments and texts, written past the actions."""
