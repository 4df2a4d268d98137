"""Members: accounts, sessions, roles, profiles."""
