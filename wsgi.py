"""Where servers and the `flask` command find the site."""

import gc

# Nothing of what is loaded is garbage: looking for some meanwhile takes a fifth of the time.
gc.disable()

from community import create_app  # noqa: E402

app = create_app()
gc.freeze()
gc.enable()
