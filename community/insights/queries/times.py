"""Spans of time between two columns, as either database reckons them."""

from typing import Any

from sqlalchemy import ColumnElement, func

from community.infra.db import db


def minutes_between(start: Any, end: Any) -> ColumnElement[Any]:
    """Whole minutes from one moment to another."""
    if db.session.get_bind().dialect.name == "sqlite":
        return func.round((func.julianday(end) - func.julianday(start)) * 24 * 60)
    return func.round(func.extract("epoch", end - start) / 60)
