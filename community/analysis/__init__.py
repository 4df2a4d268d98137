"""Pure functions over text: no Flask, no database."""
