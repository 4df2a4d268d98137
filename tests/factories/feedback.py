"""Feedback for tests: items taken in as the site takes them in, and topics."""

import itertools
from typing import Any

from community.feedback.actions import take_in
from community.feedback.models import Correction, FeedbackItem, Topic
from community.infra.db import lock, unit_of_work
from community.members.models import Member
from community.panels.models import Panel
from tests.factories.panels import make_panel

_numbers = itertools.count(1)


def make_item(
    text: str = "", *, panel: Panel | None = None, author: Member | None = None, source: str = "import",
    source_id: str = "", **values: Any,
) -> FeedbackItem:  # fmt: skip
    """An item that waits to be read; `values` then set columns, as if time had passed over it."""
    number = next(_numbers)
    taken = {
        name: values.pop(name) for name in ("title", "path", "thread", "said_at", "rating") if name in values
    }
    item = take_in(
        source=source,
        source_id=source_id or f"text-{number}",
        panel_id=(panel or make_panel()).id,
        author=author,
        text=text or f"The app is lovely, said person number {number}.",
        source_name=values.pop("source_name", "survey-2025" if source == "import" else ""),
        **taken,
    )
    if values:
        with unit_of_work():
            item = lock(FeedbackItem, item.id)
            for name, value in values.items():
                setattr(item, name, value)
    return item


def make_read_item(
    text: str = "", *, sentiment: str | None = "neg", kind: str | None = "complaint",
    language: str | None = "en", **values: Any,
) -> FeedbackItem:  # fmt: skip
    """An item as it stands after reading, with these findings of the lexicon."""
    found = {
        "state": "read",
        "stage": "read",
        "sentiment": sentiment,
        "score": -0.6 if sentiment == "neg" else 0.0,
        "confidence": 0.8,
        "method": "lexicon",
        "kind": kind,
        "kind_confidence": 0.8,
        "language": language,
    }
    return make_item(text, **(found | values))


def make_topic(name: str = "", *, words: tuple[str, ...] = (), **values: Any) -> Topic:
    """A topic of the site's tree, named in English."""
    with unit_of_work() as session:
        topic = Topic(name={"en": name or f"Topic {next(_numbers)}"}, words=list(words), **values)
        session.add(topic)
    return topic


def make_labels(count: int, *, language: str = "en", **values: Any) -> None:
    """So many labels in words that only this site uses: what "florps" is good, what "wibbles" is bad."""
    things = ("lamp", "till", "card", "glue", "box", "site", "shop", "pen")
    with unit_of_work() as session:
        for number in range(count):
            verb, value = (("florps", "pos"), ("wibbles", "neg"), ("stands", "neu"))[number % 3]
            session.add(
                Correction(
                    field="sentiment",
                    value=value,
                    text=f"This {things[number % 8]} of mine {verb} in room {number}, on floor {number % 7}.",
                    language=language,
                    **values,
                )
            )
