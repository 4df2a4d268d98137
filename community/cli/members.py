"""Commands for people with accounts."""

import click
from flask.cli import with_appcontext

from community.infra.db import get_row
from community.infra.errors import Refusal
from community.members import actions as members
from community.members import queries as member_queries
from community.members.models import ROLES
from community.panels import actions as panels
from community.panels.models import Panel


@click.group("member")
def member_commands() -> None:
    """People with accounts."""


@member_commands.command("create")
@click.option("--email", required=True)
@click.option("--name", required=True, help="The name that others see.")
@click.option(
    "--role",
    "roles",
    multiple=True,
    type=click.Choice(("member", *ROLES)),
    help="May be given several times; without one, or with `member`, they work on nothing.",
)
@click.option("--panel", "slug", help="Give the roles on this panel only; `member` puts them into it.")
@click.password_option()
@with_appcontext
def create_member(email: str, name: str, roles: tuple[str, ...], slug: str | None, password: str) -> None:
    """Open an account whose address counts as confirmed."""
    panel_id = member_queries.find_panel_id(slug) if slug else None
    if slug and panel_id is None:
        raise click.ClickException(f"there is no panel {slug}")
    if slug and not roles:
        raise click.ClickException("say with --role what they are on the panel")
    try:
        member = members.create_member(
            display_name=name,
            email=email,
            password=password,
            roles=tuple(role for role in roles if role != "member"),
            panel_id=panel_id,
        )
        if panel_id is not None and "member" in roles:
            panels.let_in(member, get_row(Panel, panel_id), came_by="staff")
    except Refusal as refusal:
        raise click.ClickException(str(refusal.message)) from None
    click.echo(f"{member.display_name} can sign in with {member.email}")


@member_commands.command("reset-second-step")
@click.option("--email", required=True)
@with_appcontext
def reset_second_step(email: str) -> None:
    """Take app, passkeys, recovery codes and provider from an account; the password alone opens it then."""
    member = member_queries.find_by_email(email)
    if member is None:
        raise click.ClickException(f"nobody has confirmed the address {email}")
    members.reset_from_outside(member)
    click.echo(f"{member.display_name} can sign in with the password alone, and is told so by mail")


@member_commands.command("end-left-roles")
@with_appcontext
def end_left_roles() -> None:
    """Take back roles by a provider that is not asked any more; the last administrator stays."""
    click.echo(f"roles taken back from {members.take_left_roles()}")
