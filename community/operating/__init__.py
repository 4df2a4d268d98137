"""Who runs the site: is it well, what does it say of itself, and copies of all that it holds."""
