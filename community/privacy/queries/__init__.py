"""Everything that is read about one's own data and about what is kept; writes nothing."""
