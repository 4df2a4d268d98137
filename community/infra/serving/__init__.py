"""Running the site for real: the socket, the processes behind it, and the gate for requests."""
