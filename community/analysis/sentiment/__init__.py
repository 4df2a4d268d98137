"""How a text feels: positive, neutral, negative or mixed, how sure that is, and the words that made it so."""
