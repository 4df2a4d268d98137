"""Rules about the code itself, checked like any other behaviour."""
