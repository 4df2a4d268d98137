"""Ideas, the votes and comments they draw, and what becomes of them."""
