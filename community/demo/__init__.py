"""A believable community to look at, in three languages."""
