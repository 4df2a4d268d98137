"""What people do with surveys: building, reaching, answering, counting."""
