"""Commands for what people say: bring it in, read it, and see how well it is read."""

import json
import time
from collections.abc import Iterator
from pathlib import Path

import click
from flask.cli import with_appcontext

from community.analysis.learning import evaluation
from community.cli.showing import progress
from community.feedback import actions as feedback
from community.feedback import columns, refusals
from community.feedback.models import FeedbackImport
from community.feedback.queries import imports as feedback_imports
from community.feedback.queries import waiting
from community.infra.db import get_row
from community.infra.errors import Refusal
from community.infra.spreadsheet import csv_lines, open_sheet
from community.members import queries as member_queries
from community.panels.models import Panel


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
