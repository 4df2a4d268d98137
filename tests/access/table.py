"""The table of addresses: which door each way into the site has."""

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from flask import Flask
from werkzeug.routing import Rule

from tests.access.doors import BY_NAME, Door

FILE = Path(__file__).with_name("table.txt")


class Way(NamedTuple):
    """One way into the site: how it is asked, for what, and the domain that answers."""

    method: str
    rule: str
    domain: str


def ways(app: Flask) -> Iterator[tuple[Way, Rule]]:
    """Every way into the site but its files of style and script."""
    for rule in app.url_map.iter_rules():
        if rule.endpoint != "static":
            for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
                yield Way(method, rule.rule, rule.endpoint.partition(".")[0]), rule


def declared() -> dict[tuple[str, str], Door]:
    """What the table says, by method and address."""
    table = {}
    for line in FILE.read_text().splitlines():
        if line and not line.startswith("#"):
            method, rule, name = line.split(maxsplit=2)
            assert (method, rule) not in table, f"{method} {rule} stands there twice"
            table[method, rule] = BY_NAME[name]
    return table
