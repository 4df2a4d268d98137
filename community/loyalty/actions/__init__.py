"""What happens to points and rewards, and what staff and members do with them."""
