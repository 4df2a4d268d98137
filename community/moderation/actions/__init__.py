"""What is done to keep the rooms fit to be in."""
