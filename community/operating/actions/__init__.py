"""What whoever runs the site can have done."""
