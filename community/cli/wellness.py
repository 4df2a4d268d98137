"""The command that looks whether all is well."""

import json
from collections.abc import Iterator

import click
from flask.cli import with_appcontext

from community.operating.queries import doctor as doctors
from community.operating.queries.doctor import Finding

_SHOWN = {"fine": ("fine", "green"), "warning": ("warning", "yellow"), "broken": ("broken", "red")}


@click.command()
@click.option("--json", "as_json", is_flag=True, help="One JSON array instead of lines.")
@with_appcontext
def doctor(as_json: bool) -> None:
    """Look at all the site stands on; say what is wrong and how to mend it. Fails if something is broken."""
    findings = []
    for finding in doctors.look(more=(check_letters,)):
        findings.append(finding)
        if not as_json:
            _show(finding)
    if as_json:
        click.echo(json.dumps([finding._asdict() for finding in findings], indent=2))
    if any(finding.state == "broken" for finding in findings):
        raise SystemExit(1)


def check_letters() -> Iterator[Finding]:
    """Whether charts and PDF files can show Chinese."""
    # Heavy, and only needed here.
    from community.insights.charts.drawing import has_chinese_letters

    if has_chinese_letters():
        yield doctors.fine("fonts", "They have Chinese letters.")
    else:
        yield doctors.warning(
            "fonts",
            "None of this machine has Chinese letters: charts and PDF files go without them.",
            "Install one, on Debian and Ubuntu fonts-noto-cjk.",
        )


def _show(finding: Finding) -> None:
    word, colour = _SHOWN[finding.state]
    click.echo(f"{click.style(f'{word:8}', fg=colour)} {finding.name}: {finding.said}")
    if finding.mend:
        click.echo(f"{'':8} → {finding.mend}")
