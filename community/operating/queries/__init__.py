"""What is read for whoever runs the site."""
