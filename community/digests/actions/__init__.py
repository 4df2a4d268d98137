"""What is done for digests: composing, counting neighbours, hearing what readers say."""
