"""Commands that fill an empty site."""

import click
from flask.cli import with_appcontext

from community.cli.showing import progress
from community.demo import actions as demo
from community.demo import content as demo_content
from community.demo import queries as demo_queries
from community.demo.actions.scale.actions import Counts, seed_scale
from community.demo.actions.scale.people import STAFF, address_of


@click.group()
def seed() -> None:
    """Fill an empty site."""


@seed.command("demo")
@with_appcontext
def seed_demo() -> None:
    """Make the demo community, unless somebody is here already, and say who can sign in."""
    with progress("The demo community lives through its past") as show:
        demo.seed_demo(on_progress=show)
    sign_ins = demo_queries.list_sign_ins()
    if not sign_ins:
        click.echo("There is a community here already; it was left as it is.")
        return
    click.echo(f"Sign in to the demo with the password {demo_content.PASSWORD!r} and one of:")
    for person in sign_ins:
        click.echo(f"  {person.email:<20} {person.role:<10} {person.name}")


@seed.command("scale")
@click.option("--members", default=1_000, show_default=True, type=click.IntRange(10))
@click.option("--ideas", default=1_000, show_default=True, type=click.IntRange(0))
@click.option("--comments", default=5_000, show_default=True, type=click.IntRange(0))
@click.option("--votes", default=10_000, show_default=True, type=click.IntRange(0))
@click.option("--feedback", default=1_000, show_default=True, type=click.IntRange(0))
@with_appcontext
def seed_bulk(**counts: int) -> None:
    """Fill an empty site with bulk data for measuring, the same every time."""
    if counts["comments"] + counts["votes"] and not counts["ideas"]:
        raise click.UsageError("Comments and votes need ideas.")
    with progress("Bulk data") as show:
        is_done = seed_scale(Counts(**counts), on_progress=show)
    if not is_done:
        raise click.ClickException(
            "There is somebody here already. Bulk data goes into an empty site; "
            "what a stopped run left behind is of no use: begin with a new database."
        )
    click.echo(
        f"Sign in with the password {demo_content.PASSWORD!r} as any {address_of(0)!r} with another number;"
    )
    click.echo(
        "these work here: " + ", ".join(f"{address_of(each)} ({role})" for each, role in STAFF.items())
    )
