"""What changes what was learned: learning, and what members say to it."""
