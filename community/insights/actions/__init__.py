"""What is done about reports: asked for, made, called off, kept as templates, run by the clock, filed."""
