"""What every kind of question can do; pure, so that asking, exporting and counting agree."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol, runtime_checkable

# An answer as it is stored; each kind's module says its shape.
Value = dict[str, Any]
# Kinds whose choices are saved one by one while the page stays open (actions/pairs, actions/statements keep
# their answer): the form of the page brings nothing for them, `parse` says None, and the answer stands.
LIVE = ("pairwise", "opinions")
# Marks an answer that was kept before all its parts were there; whoever must answer has not done so yet.
BEGUN = "is_begun"
# One cell of a file: SPSS knows numbers and texts, and nothing for what was not answered.
Cell = float | int | str | None


class Sent(Protocol):
    """What a browser sent, as werkzeug's MultiDict gives it."""

    def get(self, key: str, default: str) -> str:
        """The first value under this name, else the default."""
        ...

    def getlist(self, key: str) -> list[str]:
        """All values under this name."""
        ...


@dataclass(frozen=True)
class Option:
    """One thing to choose, in the reader's language; `is_other` asks for words of one's own."""

    key: str
    text: str
    is_other: bool = False


@dataclass(frozen=True)
class Asked:
    """A question as one reader meets it: in their language, options in their order, answers piped in."""

    id: int
    code: str
    kind: str
    version_id: int
    text: str
    hint: str = ""
    options: tuple[Option, ...] = ()
    settings: Mapping[str, Any] = field(default_factory=dict)
    is_required: bool = True
    # The response's seed: decides what this reader meets of it, such as the version of a MaxDiff.
    seed: int = 0

    @property
    def field(self) -> str:
        """The name of its form field; fields of its parts begin with it and a hyphen."""
        return f"q{self.id}"


@dataclass(frozen=True)
class Column:
    """A column of the file of responses: `code` names it, `labels` says in words what coded cells mean."""

    code: str
    label: str
    is_text: bool = False
    labels: Mapping[int, str] = field(default_factory=dict)


class Kind(Protocol):
    """One kind of question."""

    def check(self, options: Sequence[Mapping[str, Any]], settings: Mapping[str, Any]) -> dict[str, Any]:
        """The settings in their one written form; Invalid says what staff must change before asking."""
        ...

    def parse(self, asked: Asked, sent: Sent) -> Value | None:
        """What was answered, or None if nothing was; Invalid (with `field`) for what cannot be an answer."""
        ...

    def raw(self, asked: Asked, sent: Sent) -> Value:
        """What was sent in the shape of a value, good or not, so that the form comes back filled in."""
        ...

    def words(self, asked: Asked, value: Value) -> str:
        """The answer in words, for piping and for people who read one response."""
        ...

    def columns(self, asked: Asked) -> list[Column]:
        """The columns of the file of responses."""
        ...

    def cells(self, asked: Asked, value: Value) -> list[Cell]:
        """The cells that belong to `columns`, in their order."""
        ...

    def texts(self, asked: Asked, value: Value) -> list[str]:
        """What the member wrote in their own words, to be listened to."""
        ...


@runtime_checkable
class InParts(Protocol):
    """A kind with so many parts that somebody may stop in the middle and go on elsewhere."""

    def parse_begun(self, asked: Asked, sent: Sent) -> Value | None:
        """The parts that are answered, however many are still open; None if there are none."""
        ...
