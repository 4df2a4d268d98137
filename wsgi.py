"""Where servers and the `flask` command find the site."""

from community import create_app

app = create_app()
