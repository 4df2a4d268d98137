"""What happened, by whom, to what: one append-only log, and the reactions owed to it."""
