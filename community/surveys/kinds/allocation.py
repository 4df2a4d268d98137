"""Sharing out a number of points."""

from collections.abc import Mapping, Sequence
from typing import Any

from flask_babel import lazy_gettext as _l

from community.infra.errors import Invalid
from community.surveys.kinds.contract import Asked, Cell, Column, Sent, Value
from community.surveys.kinds.reading import check_no_other, check_options, listed, refused, whole_number

USUAL_TOTAL = 100
MOST_TOTAL = 10_000


class Allocation:
    """Points for each option that add up to `settings.total`: {"points": {option: n}}."""

    def check(self, options: Sequence[Mapping[str, Any]], settings: Mapping[str, Any]) -> dict[str, Any]:
        """At least two things to share between; how many points there are."""
        check_options(options, least=2)
        check_no_other(options)
        total = settings.get("total") or USUAL_TOTAL
        if not isinstance(total, int) or not 2 <= total <= MOST_TOTAL:
            message = _l("Please give a whole number from %(low)d to %(high)d.", low=2, high=MOST_TOTAL)
            raise Invalid(message, field="total")
        return {"total": total}

    def parse(self, asked: Asked, sent: Sent) -> Value | None:
        """The points; what is left empty gets none."""
        total = asked.settings.get("total", USUAL_TOTAL)
        points = {}
        is_answered = False
        for option in asked.options:
            written = sent.get(f"{asked.field}-{option.key}", "").strip()
            is_answered = is_answered or bool(written)
            points[option.key] = (
                whole_number(asked, written, low=0, high=total, part=option.key) if written else 0
            )
        if not is_answered:
            return None
        given = sum(points.values())
        if given != total:
            message = _l("These add up to %(given)d; please make them %(total)d.", given=given, total=total)
            raise refused(asked, message)
        return {"points": dict(sorted(points.items()))}

    def raw(self, asked: Asked, sent: Sent) -> Value:
        """As it was sent."""
        return {
            "points": {option.key: sent.get(f"{asked.field}-{option.key}", "") for option in asked.options}
        }

    def words(self, asked: Asked, value: Value) -> str:
        """What got points, the most first."""
        given = [(value["points"].get(option.key, 0), option.text) for option in asked.options]
        given.sort(key=lambda pair: -pair[0])
        return listed([f"{text}: {points}" for points, text in given if points])

    def columns(self, asked: Asked) -> list[Column]:
        """The points of each thing."""
        return [
            Column(f"{asked.code}_{option.key}", f"{asked.text}: {option.text}") for option in asked.options
        ]

    def cells(self, asked: Asked, value: Value) -> list[Cell]:
        """The points of each thing."""
        return [value["points"].get(option.key) for option in asked.options]

    def texts(self, asked: Asked, value: Value) -> list[str]:
        """There are none."""
        return []
