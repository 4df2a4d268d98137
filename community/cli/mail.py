"""Commands for mail that came back."""

from typing import BinaryIO

import click
from flask.cli import with_appcontext

from community.infra import bounces
from community.notifications.actions import bouncing


@click.group("mail")
def mail_commands() -> None:
    """Mail that came back."""


@mail_commands.command("bounced")
@click.argument("file", type=click.File("rb"), default="-")
@with_appcontext
def take_bounced(file: BinaryIO) -> None:
    """Read one delivery report (RFC 3464) and stop mail to the addresses that it gives up for good."""
    given_up = bouncing.take_report(file.read(bounces.LONGEST))
    if not given_up:
        click.echo("nothing to do: no report, not about a mail of ours, or the mail may yet arrive")
    for address in given_up:
        click.echo(f"no more mail to {address}")
