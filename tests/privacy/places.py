"""Looking for words in all that is stored."""

import json

from sqlalchemy import select

from community.infra.db import Base, db


def places_of(*words):
    """Where any of these words stands: "table.column", and files."""
    folded = [word.casefold() for word in words]
    found = set()
    for table in Base.metadata.sorted_tables:
        for row in db.session.execute(select(table)).mappings():
            for column, value in row.items():
                text = json.dumps(value, default=str, ensure_ascii=False).casefold()
                found |= {f"{table.name}.{column} {word}" for word in folded if word in text}
    return found
