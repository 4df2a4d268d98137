"""Scales of whole numbers with words at both ends: ratings, NPS, CSAT and CES."""

from collections.abc import Mapping, Sequence
from typing import Any

from flask_babel import lazy_gettext as _l

from community.infra import language
from community.surveys.kinds.contract import Asked, Cell, Column, Sent, Value
from community.surveys.kinds.reading import whole_number


class Scale:
    """A point on a scale: {"number": n}; the words at its ends are staff's or the usual ones."""

    def __init__(self, least: int, most: int, *, low: object, high: object) -> None:
        self.least = least
        self.most = most
        self.low = low
        self.high = high

    def check(self, options: Sequence[Mapping[str, Any]], settings: Mapping[str, Any]) -> dict[str, Any]:
        """The words at the ends, by language."""
        kept = {}
        for end in ("low", "high"):
            words = {locale: said for locale, said in (settings.get(end) or {}).items() if said}
            if words:
                kept[end] = words
        return kept

    def points(self) -> range:
        """The points of the scale, lowest first."""
        return range(self.least, self.most + 1)

    def low_words(self, asked: Asked) -> str:
        """What the lowest point means."""
        return language.text_in(asked.settings.get("low") or {}) or str(self.low)

    def high_words(self, asked: Asked) -> str:
        """What the highest point means."""
        return language.text_in(asked.settings.get("high") or {}) or str(self.high)

    def parse(self, asked: Asked, sent: Sent) -> Value | None:
        """The point that was chosen."""
        written = sent.get(asked.field, "").strip()
        if not written:
            return None
        return {"number": whole_number(asked, written, low=self.least, high=self.most)}

    def raw(self, asked: Asked, sent: Sent) -> Value:
        """As it was sent."""
        return {"number": sent.get(asked.field, "")}

    def words(self, asked: Asked, value: Value) -> str:
        """The point."""
        return str(value["number"])

    def columns(self, asked: Asked) -> list[Column]:
        """The point, with words for both ends."""
        labels = {
            self.least: f"{self.least}: {self.low_words(asked)}",
            self.most: f"{self.most}: {self.high_words(asked)}",
        }
        return [Column(asked.code, asked.text, labels=labels)]

    def cells(self, asked: Asked, value: Value) -> list[Cell]:
        """The point."""
        return [value["number"]]

    def texts(self, asked: Asked, value: Value) -> list[str]:
        """There are none."""
        return []


RATING5 = Scale(1, 5, low=_l("Poor"), high=_l("Excellent"))
RATING7 = Scale(1, 7, low=_l("Poor"), high=_l("Excellent"))
NPS = Scale(0, 10, low=_l("Not at all likely"), high=_l("Extremely likely"))
CSAT = Scale(1, 5, low=_l("Very dissatisfied"), high=_l("Very satisfied"))
CES = Scale(1, 7, low=_l("Strongly disagree"), high=_l("Strongly agree"))
