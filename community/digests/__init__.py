"""The weekly letter that is composed for one person."""
