"""The company asks: surveys and polls, who is asked, what was answered, and what it comes to."""
