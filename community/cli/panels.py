"""Commands for panels."""

import click
from flask.cli import with_appcontext

from community.infra.errors import Refusal
from community.panels import actions as panels
from community.panels.models import VISIBILITIES


@click.group("panel")
def panel_commands() -> None:
    """Panels."""


@panel_commands.command("create")
@click.option("--slug", required=True, help="The last part of its address: small letters, digits, hyphens.")
@click.option("--name", required=True)
@click.option(
    "--visibility", type=click.Choice(VISIBILITIES), default="open", show_default=True, help="Who may see it."
)
@with_appcontext
def create_panel(slug: str, name: str, visibility: str) -> None:
    """Open a panel; anyone may join it, a private one only by invitation."""
    admission = "invitation" if visibility == "private" else "anyone"
    try:
        panel = panels.create_panel(
            None, settings={"slug": slug, "name": name, "visibility": visibility, "admission": admission}
        )
    except Refusal as refusal:
        raise click.ClickException(str(refusal.message)) from None
    click.echo(f"panel {panel.slug} is open")
