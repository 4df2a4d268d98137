"""What the forms about cases hold and refuse."""
