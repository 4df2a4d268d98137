"""One's own data: what is held about a member, being forgotten, and how long things are kept."""
