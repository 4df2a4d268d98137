"""Writes the tables of doors into docs/access.md: `python -m tests.access.render`."""

from collections.abc import Iterator
from itertools import groupby
from pathlib import Path

from tests.access.doors import ASKED, DOORS, SHOWN
from tests.access.states import SEEN_BY, STATES, VIEWERS
from tests.access.table import FILE

PAGE = Path(__file__).parents[2] / "docs/access.md"
BEGIN, END = "<!-- from here on written by tests/access/render.py -->", "<!-- until here -->"


def tables() -> str:
    """The doors, the addresses, and the states, as Markdown."""
    return "\n".join([BEGIN, "", *_doors(), "", *_states(), "", *_addresses(), END])


def main() -> None:
    """Put the tables where they stand now."""
    before, _old, after = _parts()
    PAGE.write_text(before + tables() + after)


def _parts() -> tuple[str, str, str]:
    text = PAGE.read_text()
    before, _, rest = text.partition(BEGIN)
    old, _, after = rest.partition(END)
    return before, old, after


def _doors() -> Iterator[str]:
    yield "## Doors"
    yield ""
    yield _row("door", "is for", *(who.replace(" (", "<br>(") for who in ASKED))
    yield _row(*["---"] * (len(ASKED) + 2))
    for door in DOORS:
        yield _row(door.name, door.says, *(SHOWN[door.answer_to(who)] for who in ASKED))


def _states() -> Iterator[str]:
    yield "## What is not, or no longer, shown to all"
    yield ""
    yield _row("an idea or comment", *VIEWERS)
    yield _row(*["---"] * (len(VIEWERS) + 1))
    for state in STATES:
        yield _row(state, *("✓" if who in SEEN_BY[state] else "–" for who in VIEWERS))


def _addresses() -> Iterator[str]:
    yield "## Addresses"
    lines = FILE.read_text().splitlines()
    for has_heading, group in groupby(lines, key=lambda line: line.startswith("#")):
        if has_heading:
            yield from (
                "",
                *(f"**{line[2:]}**" for line in group),
                "",
                _row("way", "door"),
                _row("---", "---"),
            )
            continue
        for line in group:
            if line:
                method, rule, door = line.split(maxsplit=2)
                yield _row(f"`{method} {rule}`", door)


def _row(*cells: str) -> str:
    return f"| {' | '.join(cells)} |"


if __name__ == "__main__":
    main()
