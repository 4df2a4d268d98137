"""What forms of reports hold and refuse."""
