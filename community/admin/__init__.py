"""What keeps the site in order: mail, owed reactions."""
