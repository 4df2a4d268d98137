"""Reading what waits for moderators and what they decided."""
