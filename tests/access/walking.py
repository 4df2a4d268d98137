"""Walking through addresses, and looking at whether anything was changed by it."""

import hashlib
import itertools
import re
from collections.abc import Collection, Iterator, Mapping, Sequence

from flask import Flask
from sqlalchemy import select

from community.infra.db import Base, db

# What looking at pages and being refused may write: when somebody was here last, and what limits count.
NOT_CHANGES = ("members", "sessions", "alembic_version")


def addresses(
    app: Flask, blueprints: Collection[str], values: Mapping[str, Sequence[object]], *, method: str
) -> Iterator[tuple[str, str]]:
    """Each address of these blueprints with the values of what there is, and the endpoint it leads to."""
    for rule in app.url_map.iter_rules():
        if rule.endpoint.partition(".")[0] not in blueprints or method not in (rule.methods or ()):
            continue
        names = re.findall(r"<(?:\w+:)?(\w+)>", rule.rule)
        for filled in itertools.product(*(values.get(name, [1]) for name in names)):
            path = rule.rule
            for value in filled:
                path = re.sub(r"<(?:\w+:)?\w+>", str(value), path, count=1)
            yield path, rule.endpoint


def everything() -> dict[str, str]:
    """A print of each table: whoever has no business here leaves them as they were."""
    db.session.expire_all()
    return {
        table.name: hashlib.sha256(
            "\n".join(sorted(repr(tuple(row)) for row in db.session.execute(select(table)))).encode()
        ).hexdigest()
        for table in Base.metadata.sorted_tables
        if table.name not in NOT_CHANGES
    }
