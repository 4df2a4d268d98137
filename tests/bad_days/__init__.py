"""Bad days: real processes that are killed, starved and lied to, and what must still be true afterwards."""
