"""What is done to cases: one business verb each."""
