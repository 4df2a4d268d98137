"""Questions and forms for tests of kinds: asked as one reader meets them, sent as a browser sends."""

from collections.abc import Mapping
from typing import Any

from werkzeug.datastructures import MultiDict

from community.surveys import kinds
from community.surveys.kinds import Asked, Option, Value


def ask(
    kind: str,
    *keys: str,
    other: str = "",
    settings: Mapping[str, Any] | None = None,
    is_required: bool = True,
) -> Asked:
    """A question with these options, in the field q7; `other` names one that asks for words."""
    options = [Option(key, key.capitalize()) for key in keys]
    if other:
        options.append(Option(other, other.capitalize(), is_other=True))
    stored = [{"key": option.key, "text": {"en": option.text}} for option in options]
    return Asked(
        id=7,
        code="liked",
        kind=kind,
        version_id=1,
        text="Which do you like?",
        options=tuple(options),
        settings=kinds.of(kind).check(stored, settings or {}),
        is_required=is_required,
    )


def read(asked: Asked, sent: Mapping[str, Any]) -> Value | None:
    """What the kind understands of a form; names are parts ("" is the field itself)."""
    names = {f"q7-{part}" if part else "q7": value for part, value in sent.items()}
    form: MultiDict[str, str] = MultiDict(names)
    return kinds.of(asked.kind).parse(asked, form)
