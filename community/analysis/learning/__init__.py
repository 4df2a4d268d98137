"""What a site teaches its reader: corrections that work at once, and weights fitted to all of them."""
