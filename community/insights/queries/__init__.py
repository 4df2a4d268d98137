"""What is read for reports, and of them."""
