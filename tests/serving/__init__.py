"""The site as it is run for real: its processes, its socket, and clients that mean no good."""
