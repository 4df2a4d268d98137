"""The commands of the site; each parses its arguments and calls an action."""

import signal
import socket
import subprocess
import sys
import time

import click
from flask import Flask, current_app
from flask.cli import with_appcontext

from community.activity import queries as activity_queries
from community.demo import actions as demo
from community.demo import content as demo_content
from community.demo import queries as demo_queries
from community.infra import jobs, migrations
from community.infra.db import get_row
from community.infra.errors import Refusal
from community.members import actions as members
from community.members import queries as member_queries
from community.members.models import ROLES
from community.panels import actions as panels
from community.panels.models import VISIBILITIES, Panel


def init_app(app: Flask) -> None:
    """Give `flask` its commands."""
    for command in (serve, work, seed, member_commands, panel_commands):
        app.cli.add_command(command)


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=8000, show_default=True)
@click.option("--processes", default=1, show_default=True, help="Web processes.")
@with_appcontext
def serve(host: str, port: int, processes: int) -> None:
    """Run the site and one worker until stopped; either is started again if it dies."""
    _check_port(host, port)
    if not migrations.is_current():
        raise click.ClickException("The database is not that of this release: run `flask db upgrade` first.")
    commands = {
        "site": [
            sys.executable, "-m", "granian", "--interface", "wsgi", "--host", host, "--port", str(port),
            "--workers", str(processes), "--blocking-threads", "4", "--no-ws", "--respawn-failed-workers",
            # A browser keeps its connection open; without this, Ctrl+C would wait for it to be closed.
            "--workers-kill-timeout", "5", "--log-level", "warning", "wsgi:app",
        ],
        "worker": [sys.executable, "-m", "flask", "work"],
    }  # fmt: skip
    running = {name: subprocess.Popen(command) for name, command in commands.items()}

    def stop(*_signal: object) -> None:
        for process in running.values():
            process.terminate()
        for process in running.values():
            process.wait(timeout=30)
        sys.exit(0)

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    click.echo(f"Sounding Board at http://{host}:{port}")
    while True:
        time.sleep(1)
        for name, process in running.items():
            if process.poll() is not None:
                click.echo(f"the {name} stopped ({process.returncode}); starting it again", err=True)
                time.sleep(1)
                running[name] = subprocess.Popen(commands[name])


@click.command()
@click.option("--until-idle", is_flag=True, help="Do all that is owed now, then stop.")
@with_appcontext
def work(until_idle: bool) -> None:
    """Follow what happened, send mail and run the schedule."""
    if not until_idle:
        jobs.run_worker(current_app._get_current_object())  # type: ignore[attr-defined]
        return
    done = jobs.do_scheduled() + jobs.do_owed()
    # What a worker that died had taken is free again within seconds: "all that is owed" includes it.
    while (pause := activity_queries.seconds_until_idle()) is not None:
        time.sleep(pause + 0.05)
        done += jobs.do_owed()
    click.echo(f"{done} things done")


@click.group()
def seed() -> None:
    """Fill an empty site."""


@seed.command("demo")
@with_appcontext
def seed_demo() -> None:
    """Make the demo community, unless somebody is here already, and say who can sign in."""
    label = "The demo community lives through its past"
    with click.progressbar(length=1, label=label, hidden=not sys.stdout.isatty()) as bar:

        def show(done: int, total: int) -> None:
            bar.length = total
            bar.update(done - bar.pos)

        demo.seed_demo(on_progress=show)
    sign_ins = demo_queries.list_sign_ins()
    if not sign_ins:
        click.echo("There is a community here already; it was left as it is.")
        return
    click.echo(f"Sign in to the demo with the password {demo_content.PASSWORD!r} and one of:")
    for person in sign_ins:
        click.echo(f"  {person.email:<20} {person.role:<10} {person.name}")


def _check_port(host: str, port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise click.ClickException(f"Cannot listen on {host}:{port}: {error.strerror}.") from None


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
