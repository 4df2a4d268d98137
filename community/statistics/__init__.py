"""Pure functions over numbers: no Flask, no database; what every survey result and report stands on."""
