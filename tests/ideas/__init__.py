"""Ideas: writing them, finding them, supporting them, and talking about them."""
