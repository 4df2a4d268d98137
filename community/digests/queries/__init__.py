"""Every SELECT about digests, split by what is read."""
