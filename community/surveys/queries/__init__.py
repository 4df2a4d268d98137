"""Reading surveys: every SELECT about them, by noun."""
