"""What the staff forms of surveys hold and refuse."""
