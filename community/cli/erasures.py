"""Commands for members who were forgotten."""

import click
from flask.cli import with_appcontext

from community.privacy import actions as privacy


@click.group("erasures")
def erasure_commands() -> None:
    """Members who were forgotten."""


@erasure_commands.command("replay")
@with_appcontext
def replay_erasures() -> None:
    """Right after a backup was brought back: forget again who was forgotten since it was made."""
    click.echo(f"{privacy.replay()} members forgotten again")
