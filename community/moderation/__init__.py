"""Rooms fit to be in: screening, flags, the queue, decisions and appeals, trust."""
