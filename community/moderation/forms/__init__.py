"""What the forms of moderation hold and refuse."""
