"""Kano: how one would feel with a feature, and how without it (Kano 1984; Berger 1993).

Value: {"pairs": {feature key: {"present": word, "absent": word}}} in the words of statistics.kano.ANSWERS.
Options are the features.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from community.statistics.kano import ANSWERS
from community.surveys.kinds.contract import Asked, Cell, Column, Sent, Value
from community.surveys.kinds.reading import check_no_other, check_options, refused, unknown

MOST_FEATURES = 20
SIDES = ("present", "absent")
WORDS: Mapping[str, Any] = {
    "like": _l("I like it"),
    "must_be": _l("I expect it"),
    "neutral": _l("I don't mind"),
    "live_with": _l("I can live with it"),
    "dislike": _l("I dislike it"),
}
BOTH = _l("Please answer both: with it and without it.")


class Kano:
    """How do you feel if it is there, and how if it is not?"""

    # What can be answered, and in which words.
    answers = WORDS

    def read_settings(self, sent: Sent, standing: Mapping[str, Any]) -> dict[str, Any]:
        """There is nothing to set."""
        return {}

    def check(self, options: Sequence[Mapping[str, Any]], settings: Mapping[str, Any]) -> dict[str, Any]:
        """Up to twenty features, though people tire after a few."""
        check_options(options, least=1, most=MOST_FEATURES)
        check_no_other(options)
        return {}

    def parse(self, asked: Asked, sent: Sent) -> Value | None:
        """Both answers for each feature; a feature is answered as a whole or, if it may be, not at all."""
        pairs, open_parts = {}, []
        for option in asked.options:
            given = _given(asked, sent, option.key)
            if not any(given.values()):
                open_parts.append(f"{option.key}-present")
                continue
            for side, answer in given.items():
                if not answer:
                    raise refused(asked, BOTH, part=f"{option.key}-{side}")
                if answer not in ANSWERS:
                    raise unknown(asked, part=f"{option.key}-{side}")
            pairs[option.key] = given
        if not pairs:
            return None
        if open_parts and asked.is_required:
            raise refused(asked, BOTH, part=open_parts[0])
        return {"pairs": dict(sorted(pairs.items()))}

    def parse_begun(self, asked: Asked, sent: Sent) -> Value | None:
        """The features that are answered so far."""
        given = self.raw(asked, sent)["pairs"]
        pairs = {key: pair for key, pair in given.items() if set(pair.values()) <= set(ANSWERS)}
        return {"pairs": dict(sorted(pairs.items()))} if pairs else None

    def raw(self, asked: Asked, sent: Sent) -> Value:
        """As it was sent."""
        return {"pairs": {option.key: _given(asked, sent, option.key) for option in asked.options}}

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
        """Two for each feature, from 1 (likes it) to 5 (dislikes it)."""
        labels = {number: str(WORDS[answer]) for number, answer in enumerate(ANSWERS, start=1)}
        columns = []
        for option in asked.options:
            code = f"{asked.code}_{option.key}"
            present = _("%(question)s: with %(feature)s", question=asked.text, feature=option.text)
            absent = _("%(question)s: without %(feature)s", question=asked.text, feature=option.text)
            columns += [
                Column(f"{code}_present", present, labels=labels),
                Column(f"{code}_absent", absent, labels=labels),
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
        """There are none."""
        return []


def _given(asked: Asked, sent: Sent, key: str) -> dict[str, str]:
    return {side: sent.get(f"{asked.field}-{key}-{side}", "") for side in SIDES}
