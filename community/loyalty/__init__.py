"""Thanks that add up: points on a double-entry ledger, the rules that give them, tiers and rewards."""
