"""Putting things in order, the best first."""

from collections.abc import Mapping, Sequence
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from community.surveys.kinds.contract import Asked, Cell, Column, Sent, Value
from community.surveys.kinds.reading import check_no_other, check_options, listed, refused, whole_number

MOST = 12


class Ranking:
    """All options in order: {"order": [keys, the best first]}; each has a field for its place."""

    def check(self, options: Sequence[Mapping[str, Any]], settings: Mapping[str, Any]) -> dict[str, Any]:
        """At least two things; more than a dozen nobody can order."""
        check_options(options, least=2, most=MOST)
        check_no_other(options)
        return {}

    def parse(self, asked: Asked, sent: Sent) -> Value | None:
        """The order, each place given once; a single one left out is the last."""
        count = len(asked.options)
        places: dict[int, str] = {}
        left_out = []
        for option in asked.options:
            written = sent.get(f"{asked.field}-{option.key}", "").strip()
            if not written:
                left_out.append(option.key)
                continue
            place = whole_number(asked, written, low=1, high=count, part=option.key)
            if place in places:
                message = _l("You gave place %(place)d twice.", place=place)
                raise refused(asked, message, part=option.key)
            places[place] = option.key
        if not places:
            return None
        free = [place for place in range(1, count + 1) if place not in places]
        if len(left_out) > 1:
            raise refused(asked, _l("Please give each one a place."))
        places.update(zip(free, left_out, strict=True))
        return {"order": [places[place] for place in sorted(places)]}

    def raw(self, asked: Asked, sent: Sent) -> Value:
        """The places as they were sent, by option."""
        return {
            "places": {option.key: sent.get(f"{asked.field}-{option.key}", "") for option in asked.options}
        }

    def words(self, asked: Asked, value: Value) -> str:
        """The things, the best first."""
        texts = {option.key: option.text for option in asked.options}
        return listed([texts[key] for key in value["order"] if key in texts])

    def columns(self, asked: Asked) -> list[Column]:
        """The place of each thing, 1 for the best."""
        return [
            Column(
                f"{asked.code}_{option.key}",
                _("%(text)s: place of %(option)s", text=asked.text, option=option.text),
            )
            for option in asked.options
        ]

    def cells(self, asked: Asked, value: Value) -> list[Cell]:
        """The place of each thing."""
        places = {key: place for place, key in enumerate(value["order"], start=1)}
        return [places.get(option.key) for option in asked.options]

    def texts(self, asked: Asked, value: Value) -> list[str]:
        """There are none."""
        return []
