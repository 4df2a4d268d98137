"""Every SELECT about ideas, split by what is read."""
