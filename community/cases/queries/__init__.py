"""Every SELECT about cases, split by what is read."""
