"""Pairs of ideas: which of these two? A survey that grows by what members add (Salganik & Levy 2015).

Value: {"pairs": how many were answered}; the choices themselves are rows (models.PairVote), each saved at
once. Settings: "source" of the ideas, with "tag", "status" or "count"; "least" and "most" pairs;
"follows" new ideas of the panels; "members_add".
"""

from collections.abc import Mapping, Sequence
from typing import Any

from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from community.ideas.models import STATUSES
from community.ideas.tagging import LONGEST
from community.infra.errors import Invalid
from community.surveys.kinds import written
from community.surveys.kinds.contract import Asked, Cell, Column, Sent, Value

SOURCES: Mapping[str, Any] = {
    "chosen": _l("Ideas that we choose"),
    "tag": _l("All ideas with a tag"),
    "status": _l("All ideas with a status"),
    "top": _l("Those with the most support"),
}
MOST_IDEAS = 200


class Pairwise:
    """Which of these two ideas would you rather have?"""

    def read_settings(self, sent: Sent, standing: Mapping[str, Any]) -> dict[str, Any]:
        """What staff filled in."""
        lines = written.sent_lines(sent, ("source", "tag", "status", "count", "least", "most"))
        return lines | written.sent_ticks(sent, ("follows", "members_add"))

    def check(self, options: Sequence[Mapping[str, Any]], settings: Mapping[str, Any]) -> dict[str, Any]:
        """Where the ideas come from, and how many pairs are asked."""
        source = written.one_of(settings, "source", SOURCES, otherwise="top")
        tag = str(settings.get("tag") or "")
        if source == "tag" and not 1 <= len(tag) <= LONGEST:
            raise Invalid(_l("Please say which tag."), field="tag")
        most = written.whole(settings, "most", least=1, most=200, otherwise=20)
        return {
            "source": source,
            "tag": tag if source == "tag" else "",
            "status": written.one_of(settings, "status", STATUSES, otherwise=STATUSES[0])
            if source == "status"
            else "",
            "count": written.whole(settings, "count", least=2, most=MOST_IDEAS, otherwise=20),
            "least": written.whole(settings, "least", least=1, most=most, otherwise=min(5, most)),
            "most": most,
            "follows": written.tick(settings, "follows", otherwise=True),
            "members_add": written.tick(settings, "members_add", otherwise=True),
        }

    def parse(self, asked: Asked, sent: Sent) -> Value | None:
        """Nothing: each choice is saved when it is made."""
        return None

    def raw(self, asked: Asked, sent: Sent) -> Value:
        """Nothing comes with the page."""
        return {"pairs": 0}

    def words(self, asked: Asked, value: Value) -> str:
        """How many pairs were answered."""
        return str(ngettext("%(num)d pair", "%(num)d pairs", value["pairs"]))

    def columns(self, asked: Asked) -> list[Column]:
        """How many pairs were answered."""
        return [Column(asked.code, asked.text)]

    def cells(self, asked: Asked, value: Value) -> list[Cell]:
        """The number of pairs."""
        return [value["pairs"]]

    def texts(self, asked: Asked, value: Value) -> list[str]:
        """There are none: ideas that members add are heard as ideas."""
        return []
