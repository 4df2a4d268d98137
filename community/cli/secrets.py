"""Commands that change the site's secret without signing anybody out."""

import os
import secrets
from pathlib import Path

import click
from flask import current_app
from flask.cli import with_appcontext

from community.config import KEPT_SECRETS
from community.infra import keys
from community.infra.files import written_whole

RELOAD = "Reload the site now: `kill -HUP` its process, or `systemctl reload`."


@click.group("secret")
def secret_commands() -> None:
    """The secret that signs cookies and links."""


@secret_commands.command()
def new() -> None:
    """Print a secret that nobody can guess, for SECRET_KEY or METRICS_TOKEN."""
    click.echo(secrets.token_hex(32))


@secret_commands.command()
@with_appcontext
def rotate() -> None:
    """Sign with a new secret from now on; what the present one signed stays valid."""
    path = _kept()
    _write(path, [secrets.token_hex(32), *path.read_text().split()])
    click.echo(f"{path}: a new secret signs, {len(path.read_text().split()) - 1} former ones are understood.")
    click.echo(f"{RELOAD} Then run `flask secret renew`.")


@secret_commands.command()
@with_appcontext
def renew() -> None:
    """Seal with the newest secret what former ones have sealed in the database."""
    try:
        count = keys.seal_all_anew()
    except keys.Unreadable:
        raise click.ClickException(
            "Something was sealed with a secret that is not valid any more. Put it into SECRET_KEY_FALLBACKS."
        ) from None
    click.echo(f"{count} sealed anew")


@secret_commands.command()
@with_appcontext
def forget() -> None:
    """Make all former secrets invalid: what they signed is worth nothing any more."""
    path = _kept()
    if count := keys.count_sealed_before():
        raise click.ClickException(
            f"{count} values are sealed with a former one: run `flask secret renew` first."
        )
    newest, *former = path.read_text().split()
    _write(path, [newest])
    click.echo(f"{path}: {len(former)} former secrets forgotten. {RELOAD}")


def _kept() -> Path:
    path = Path(current_app.config["INSTANCE"]) / KEPT_SECRETS
    if not path.exists() or current_app.config["SECRET_KEY"] != path.read_text().split()[0]:
        raise click.ClickException(
            "It is given as SECRET_KEY: change it there, and let SECRET_KEY_FALLBACKS hold this one."
        )
    return path


def _write(path: Path, lines: list[str]) -> None:
    with written_whole(path) as file:
        os.fchmod(file.fileno(), 0o600)
        file.write("".join(f"{line}\n" for line in lines).encode())
