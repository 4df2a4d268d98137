"""Every SELECT about what was learned, split by what is read."""
