"""Answers in words: one line, or a whole text."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from flask_babel import lazy_gettext as _l

from community.infra import text
from community.infra.errors import Invalid
from community.surveys.kinds.contract import Asked, Cell, Column, Sent, Value
from community.surveys.kinds.reading import refused


class Words:
    """A text of at most `settings.most` characters: {"text": words}."""

    def __init__(self, clean: Callable[[str], str], *, usual: int, bound: int) -> None:
        self.clean = clean
        self.usual = usual
        self.bound = bound

    def check(self, options: Sequence[Mapping[str, Any]], settings: Mapping[str, Any]) -> dict[str, Any]:
        """How many characters it may have."""
        most = settings.get("most") or self.usual
        if not isinstance(most, int) or not 1 <= most <= self.bound:
            message = _l("Please give a whole number from %(low)d to %(high)d.", low=1, high=self.bound)
            raise Invalid(message, field="most")
        return {"most": most}

    def most(self, asked: Asked) -> int:
        """How many characters the answer may have."""
        return int(asked.settings.get("most") or self.usual)

    def parse(self, asked: Asked, sent: Sent) -> Value | None:
        """The text, cleaned."""
        words = self.clean(sent.get(asked.field, ""))
        if not words:
            return None
        most = self.most(asked)
        if len(words) > most:
            raise refused(asked, _l("Please use at most %(most)d characters.", most=most))
        return {"text": words}

    def raw(self, asked: Asked, sent: Sent) -> Value:
        """As it was sent."""
        return {"text": sent.get(asked.field, "")}

    def words(self, asked: Asked, value: Value) -> str:
        """The text."""
        return str(value["text"])

    def columns(self, asked: Asked) -> list[Column]:
        """The text."""
        return [Column(asked.code, asked.text, is_text=True)]

    def cells(self, asked: Asked, value: Value) -> list[Cell]:
        """The text."""
        return [value["text"]]

    def texts(self, asked: Asked, value: Value) -> list[str]:
        """The text."""
        return [value["text"]]


SHORT = Words(text.clean_line, usual=200, bound=500)
LONG = Words(text.clean_block, usual=2000, bound=10_000)
