"""What is done to ideas: one business verb each."""
