"""The ground: what every site needs and what knows no business noun."""
