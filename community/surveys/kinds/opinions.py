"""Opinion map: agree, disagree or pass on short statements, some of them by members (after Polis).

Value: {"votes": how many}; the votes themselves are rows (models.StatementVote), each saved at once.
Settings: "least" votes, "members_write", "goes_live" without staff looking first.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from flask_babel import ngettext

from community.surveys.kinds import written
from community.surveys.kinds.contract import Asked, Cell, Column, Sent, Value


class Opinions:
    """Do you agree with what others say?"""

    def read_settings(self, sent: Sent, standing: Mapping[str, Any]) -> dict[str, Any]:
        """What staff filled in."""
        return written.sent_lines(sent, ("least",)) | written.sent_ticks(sent, ("members_write", "goes_live"))

    def check(self, options: Sequence[Mapping[str, Any]], settings: Mapping[str, Any]) -> dict[str, Any]:
        """Statements are written on a page of their own."""
        return {
            "least": written.whole(settings, "least", least=1, most=50, otherwise=5),
            "members_write": written.tick(settings, "members_write", otherwise=True),
            "goes_live": written.tick(settings, "goes_live"),
        }

    def parse(self, asked: Asked, sent: Sent) -> Value | None:
        """Nothing: each vote is saved when it is cast."""
        return None

    def raw(self, asked: Asked, sent: Sent) -> Value:
        """Nothing comes with the page."""
        return {"votes": 0}

    def words(self, asked: Asked, value: Value) -> str:
        """How many statements were voted on."""
        return str(ngettext("%(num)d statement", "%(num)d statements", value["votes"]))

    def columns(self, asked: Asked) -> list[Column]:
        """How many statements were voted on."""
        return [Column(asked.code, asked.text)]

    def cells(self, asked: Asked, value: Value) -> list[Cell]:
        """The number of statements."""
        return [value["votes"]]

    def texts(self, asked: Asked, value: Value) -> list[str]:
        """There are none: statements stand by themselves."""
        return []
