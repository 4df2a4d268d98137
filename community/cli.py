"""The commands of the site; each parses its arguments and calls an action."""

import json
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any, BinaryIO

import click
from flask import Flask, current_app
from flask.cli import with_appcontext

from community.activity import queries as activity_queries
from community.analysis.learning import evaluation
from community.config import LOCALES
from community.demo import actions as demo
from community.demo import content as demo_content
from community.demo import queries as demo_queries
from community.feedback import actions as feedback
from community.feedback import columns, refusals
from community.feedback.models import FeedbackImport
from community.feedback.queries import imports as feedback_imports
from community.feedback.queries import waiting
from community.infra import bounces, jobs, migrations
from community.infra.db import get_row
from community.infra.errors import Refusal
from community.infra.spreadsheet import csv_lines, open_sheet
from community.insights import failures, kinds
from community.insights import naming as report_names
from community.insights.actions import asking, exporting, making, report_files, rolling
from community.insights.queries import named as named_scopes
from community.insights.queries import owed as owed_reports
from community.members import actions as members
from community.members import queries as member_queries
from community.members.models import ROLES
from community.notifications.actions import bouncing
from community.panels import actions as panels
from community.panels.models import VISIBILITIES, Panel
from community.privacy import actions as privacy


def init_app(app: Flask) -> None:
    """Give `flask` its commands."""
    commands = (
        serve,
        work,
        seed,
        member_commands,
        panel_commands,
        feedback_commands,
        mail_commands,
        erasure_commands,
        report_commands,
    )
    for command in commands:
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
    while (pause := _seconds_until_idle()) is not None:
        time.sleep(pause + 0.05)
        done += jobs.do_owed()
    click.echo(f"{done} things done")


def _seconds_until_idle() -> float | None:
    pauses = (activity_queries.seconds_until_idle(), owed_reports.seconds_until_free())
    return min((pause for pause in pauses if pause is not None), default=None)


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


@contextmanager
def progress(label: str) -> Iterator[Callable[[int, int], None]]:
    """A bar on a terminal, nothing elsewhere; call what it gives with how much is done, and of how much."""
    with click.progressbar(length=1, label=label, hidden=not sys.stdout.isatty()) as bar:

        def show(done: int, total: int) -> None:
            bar.length = max(total, 1)
            bar.update(done - bar.pos)

        yield show


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


@click.group("erasures")
def erasure_commands() -> None:
    """Members who were forgotten."""


@erasure_commands.command("replay")
@with_appcontext
def replay_erasures() -> None:
    """Right after a backup was brought back: forget again who was forgotten since it was made."""
    click.echo(f"{privacy.replay()} members forgotten again")


@click.group("report")
def report_commands() -> None:
    """Reports on what people say."""


@report_commands.command("create")
@click.option("--kind", required=True, type=click.Choice(list(kinds.KINDS)))
@click.option("--panel", "panels", multiple=True, metavar="SLUG", help="May be given several times.")
@click.option("--from", "from_on", required=True, type=click.DateTime(["%Y-%m-%d"]), help="The first day.")
@click.option("--to", "until_on", required=True, type=click.DateTime(["%Y-%m-%d"]), help="The last day.")
@click.option("--segment", "segments", multiple=True, metavar="NAME")
@click.option("--topic", "topics", multiple=True, metavar="NAME", help="Its name or its path from the top.")
@click.option("--language", "languages", multiple=True, metavar="TAG")
@click.option("--survey", "survey_id", type=int, metavar="ID", help="The survey of a report on a survey.")
@click.option("--targets", "targets_id", type=int, metavar="ID", help="Weighting targets to hold against.")
@click.option("--value", "value_attribute", default="", metavar="KEY", help="The question with a value.")
@click.option("--title", default="", help="Without one it is called after its kind and days.")
@click.option("--locale", type=click.Choice(LOCALES), help="The language of its words.")
@click.option("--no-wait", is_flag=True, help="Leave the making to the workers.")
@with_appcontext
def create_report(
    kind: str, title: str, locale: str | None, from_on: datetime, until_on: datetime, no_wait: bool,
    **named: Any,
) -> None:  # fmt: skip
    """Ask for a report, and make it unless a worker does."""
    try:
        report = asking.ask_for_report(
            None,
            kind=kind,
            scope=named_scopes.get_scope(from_on=from_on.date(), until_on=until_on.date(), **named),
            locale=locale or current_app.config["DEFAULT_LOCALE"],
            title=title,
        )
    except Refusal as refusal:
        where = f"{refusal.field}: " if refusal.field else ""
        raise click.ClickException(f"{where}{refusal.message}") from None
    if no_wait:
        click.echo(f"report {report.id} is asked for: {report.title}")
        return
    with progress(report.title) as show:
        making.make_until_done(report.id, on_progress=show)
    if report.state != "done":
        raise click.ClickException(f"report {report.id}: {report_names.told(report)}")
    click.echo(f"report {report.id}: {report.title} ({report.people_count} people)")


@report_commands.command("recount")
@with_appcontext
def recount() -> None:
    """Count all feedback from scratch; reports count from the texts themselves meanwhile."""
    click.echo(f"{rolling.rebuild()} pieces of time counted")


@report_commands.command("export")
@click.argument("report_id", type=int, metavar="ID")
@click.option("--format", "file_format", required=True, type=click.Choice(report_files.FORMATS))
@click.option("--out", required=True, type=click.Path(dir_okay=False, writable=True, path_type=Path))
@click.option("--bom", "has_bom", is_flag=True, help="CSV that old spreadsheet programs open as UTF-8.")
@with_appcontext
def export_report(report_id: int, file_format: str, out: Path, has_bom: bool) -> None:
    """Write a finished report to a file; the same report gives the same bytes."""
    try:
        exporting.write_file(report_id, out, file_format=file_format, has_bom=has_bom)
    except Refusal as refusal:
        raise click.ClickException(str(refusal.message)) from None
    except failures.CannotMake as cannot:
        raise click.ClickException(failures.why(cannot.reason)) from None
    except OSError as error:
        raise click.ClickException(f"{out}: {error.strerror}") from None
    click.echo(f"report {report_id} as {file_format.upper()}: {out}")


@click.group("feedback")
def feedback_commands() -> None:
    """What people say: bring it in, read it, and see how well it is read."""


@feedback_commands.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--panel", "slug", required=True, help="The panel whose customers said it.")
@click.option("--source", required=True, help="Where it comes from; the same row of a source is taken once.")
@click.option("--text-column", help="What was said.")
@click.option("--title-column")
@click.option("--id-column", help="What tells the rows apart; without one their content does.")
@click.option("--time-column", help="When it was said, as 2025-03-31 or 2025-03-31 18:30.")
@click.option("--rating-column")
@click.option("--member-column", help="Who said it: an e-mail address or the number of a member.")
@click.option("--language-column")
@with_appcontext
def import_feedback(file: Path, slug: str, source: str, **given: str | None) -> None:
    """Take in a CSV, JSON Lines or XLSX file. Columns that are not named are found by their own names."""
    panel_id = member_queries.find_panel_id(slug)
    if panel_id is None:
        raise click.ClickException(f"there is no panel {slug}")
    try:
        uses = _columns_of(file, given)
        with file.open("rb") as content:
            upload = feedback.upload_import(
                None, get_row(Panel, panel_id), name=source, file_name=file.name, source=content
            )
        feedback.start_import(upload, uses=uses)
    except Refusal as refusal:
        raise click.ClickException(str(refusal.message)) from None
    click.echo("columns: " + ", ".join(f"{use} is “{column}”" for use, column in uses.items()))
    _finish_import(upload)
    if upload.state == "failed":
        raise click.ClickException(refusals.why_stopped(upload.error))
    click.echo(
        f"{upload.done_count} rows read: {upload.taken_count} taken, {upload.known_count} known already, "
        f"{upload.refused_count} refused"
    )
    if upload.refused_count:
        refused_file = file.with_name(f"{file.name}.refused.csv")
        with refused_file.open("w", encoding="utf-8", newline="") as target:
            rows = feedback_imports.each_refused(upload.id)
            target.writelines(csv_lines(refusals.as_table(upload.header, rows)))
        click.echo(f"the refused rows and why: {refused_file}")


def _columns_of(file: Path, given: dict[str, str | None]) -> dict[str, str]:
    """Which column is what: as it was said, else as the names say; a use given as "" has none."""
    known = open_sheet(file).columns
    said = {use.removesuffix("_column"): column for use, column in given.items() if column is not None}
    guessed = {use: column for use, column in columns.guess(known).items() if column not in said.values()}
    uses = {use: column for use, column in (guessed | said).items() if column}
    if "text" not in uses:
        raise click.ClickException(f"say with --text-column which of these it is: {', '.join(known)}")
    feedback.check_columns(uses, known)
    return uses


def _finish_import(upload: FeedbackImport) -> None:
    with progress("Taking in") as show:
        while upload.state in ("owed", "running"):
            if not feedback.go_on_with_import(upload.id, on_progress=show):
                # A worker of the site is at it as well.
                time.sleep(0.2)


@feedback_commands.command("read")
@with_appcontext
def read_feedback() -> None:
    """Read all that waits, and say how many items a second that were."""
    done, total = 0, waiting.count_waiting()
    started = time.perf_counter()
    with progress("Reading") as show:
        while step := feedback.read_waiting():
            done += step
            show(done, max(done, total))
    seconds = time.perf_counter() - started
    click.echo(f"{done} items read in {seconds:.1f} s: {done / seconds:.0f} items a second")


@feedback_commands.command("evaluate")
@click.argument("file", type=click.File(encoding="utf-8"))
@click.option("--two-classes", is_flag=True, help="Every answer is pos or neg; neutral rows are left out.")
@click.option(
    "--labels",
    default=0,
    type=click.IntRange(min=0),
    help="First teach so many rows drawn at random; test on the others.",
)
@click.option("--seed", default=0, show_default=True, help="Which rows are drawn.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object and nothing else.")
def evaluate_feedback(file: Iterator[str], two_classes: bool, labels: int, seed: int, as_json: bool) -> None:
    """How well texts with labels are read: JSON Lines of {"text", "label"[, "topic", "lang"]}.

    Nothing is stored, and what the site was taught is not used.
    """
    rows = evaluation.rows_of(_records(file))
    if not rows:
        raise click.ClickException("no row has a text and one of the labels pos, neu and neg")
    try:
        scores = evaluation.evaluate(rows, two_classes=two_classes, labels=labels, seed=seed)
    except ValueError as error:
        raise click.ClickException(str(error)) from None
    if as_json:
        click.echo(json.dumps(scores.to_json()))
        return
    click.echo(f"{'':<10}{'n':>7}{'accuracy':>10}{'macro-F1':>10}{'ECE':>8}{'surest 80 %':>13}")
    for name, each in (("all", scores), *scores.by_language.items()):
        click.echo(
            f"{name:<10}{each.n:>7}{each.accuracy:>10.3f}{each.macro_f1:>10.3f}{each.ece:>8.3f}"
            f"{each.accuracy_kept_80:>13.3f}"
        )
    for name, each in scores.by_language.items():
        click.echo(f"\n{name}: down what is true, across what was read")
        answers = sorted({answer for row in each.confusion.values() for answer in row})
        click.echo(f"{'':<10}" + "".join(f"{answer:>8}" for answer in answers))
        for truth, row in sorted(each.confusion.items()):
            click.echo(f"{truth:<10}" + "".join(f"{row.get(answer, 0):>8}" for answer in answers))


def _records(lines: Iterator[str]) -> Iterator[dict[str, object]]:
    for number, line in enumerate(lines, start=1):
        if line.strip():
            try:
                record = json.loads(line)
            except ValueError:
                record = None
            if not isinstance(record, dict) or not isinstance(record.get("text"), str):
                raise click.ClickException(f"line {number} is no JSON object with a text")
            yield record
