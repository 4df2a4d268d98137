"""What the forms about points and rewards hold and refuse."""
