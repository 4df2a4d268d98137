"""Kano: how one would feel with a feature, and how without it (Kano 1984; Berger 1993).

Value: {"pairs": {feature key: {"present": word, "absent": word}}} in the words of statistics.kano.ANSWERS.
Options are the features.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from community.infra.errors import Invalid
from community.statistics.kano import ANSWERS
from community.surveys.kinds import written
from community.surveys.kinds.base import Asked, Cell, Column, Sent, Value

MOST_FEATURES = 20
SIDES = ("present", "absent")
WORDS: Mapping[str, Any] = {
    "like": _l("I like it"),
    "must_be": _l("I expect it"),
    "neutral": _l("I don't mind"),
    "live_with": _l("I can live with it"),
    "dislike": _l("I dislike it"),
}


class Kano:
    """How do you feel if it is there, and how if it is not?"""

    def read_settings(self, sent: Sent, standing: Mapping[str, Any]) -> dict[str, Any]:
        """There is nothing to set."""
        return {}

    def check(self, options: Sequence[Mapping[str, Any]], settings: Mapping[str, Any]) -> dict[str, Any]:
        """Up to twenty features, though people tire after a few."""
        written.check_option_count(options, least=1, most=MOST_FEATURES)
        return {}

    def parse(self, asked: Asked, sent: Sent) -> Value | None:
        """Both answers for each feature; a feature is answered as a whole or, if it may be, not at all."""
        pairs, open_fields = {}, []
        for option in asked.options:
            field = f"{asked.field}-{option.key}"
            given = {side: sent.get(f"{field}-{side}") or "" for side in SIDES}
            if not any(given.values()):
                open_fields.append(f"{field}-present")
                continue
            for side, answer in given.items():
                if not answer:
                    raise Invalid(_("Please answer both: with it and without it."), field=f"{field}-{side}")
                if answer not in ANSWERS:
                    raise Invalid(_("Please choose one of the options."), field=f"{field}-{side}")
            pairs[option.key] = given
        if not pairs:
            return None
        if open_fields and asked.is_required:
            raise Invalid(_("Please answer both: with it and without it."), field=open_fields[0])
        return {"pairs": pairs}

    def words(self, asked: Asked, value: Value) -> str:
        """Both answers for each feature."""
        return "; ".join(
            _(
                "%(feature)s: with it “%(present)s”, without it “%(absent)s”",
                feature=option.text,
                present=WORDS[pair["present"]],
                absent=WORDS[pair["absent"]],
            )
            for option in asked.options
            if (pair := value["pairs"].get(option.key))
        )

    def columns(self, asked: Asked) -> list[Column]:
        """Two for each feature, 1 (likes it) to 5 (dislikes it)."""
        labels = {number: str(WORDS[answer]) for number, answer in enumerate(ANSWERS, start=1)}
        columns = []
        for number, option in enumerate(asked.options, start=1):
            code = f"{asked.code}_{number}"
            columns += [
                Column(f"{code}_present", _("With it: %(feature)s", feature=option.text), labels=labels),
                Column(f"{code}_absent", _("Without it: %(feature)s", feature=option.text), labels=labels),
            ]
        return columns

    def cells(self, asked: Asked, value: Value) -> list[Cell]:
        """The cells of `columns`; empty for features that were left out."""
        cells: list[Cell] = []
        for option in asked.options:
            pair = value["pairs"].get(option.key)
            cells += [ANSWERS.index(pair[side]) + 1 if pair else None for side in SIDES]
        return cells

    def texts(self, asked: Asked, value: Value) -> list[str]:
        """Nothing in their own words."""
        return []
