"""Reading points and rewards: every SELECT about them, by noun."""
