"""Commands for reports on what people say."""

from datetime import datetime
from pathlib import Path
from typing import Any

import click
from flask import current_app
from flask.cli import with_appcontext

from community.cli.showing import progress
from community.config import LOCALES
from community.infra.errors import Refusal
from community.insights import failures, kinds
from community.insights import naming as report_names
from community.insights.actions import asking, exporting, making, report_files, rolling
from community.insights.queries import named as named_scopes


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
