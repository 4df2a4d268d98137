"""A question as somebody reads it: one version, in their language."""

from collections.abc import Mapping
from typing import Any

from community.infra.language import text_in
from community.surveys import ordering
from community.surveys.kinds import Asked, Option
from community.surveys.models import Question, QuestionVersion


def asked_of(
    question: Question,
    version: QuestionVersion,
    *,
    locale: str | None = None,
    seed: int = 0,
    only_offered: bool = False,
) -> Asked:
    """The question in this language (else the reader's), its options in the order that staff gave them.

    With the seed of a response the options stand in that member's order. What was answered is told with all
    options, what is asked `only_offered` without those that staff took back (see drafting.py).
    """
    options = tuple(
        option_of(option, locale=locale)
        for option in version.options
        if not (only_offered and option.get("is_out"))
    )
    if seed and question.shuffles_options:
        options = ordering.shuffle_options(options, seed=seed, name=question.code)
    return Asked(
        id=question.id,
        code=question.code,
        kind=question.kind,
        version_id=version.id,
        text=text_in(version.text, locale),
        hint=text_in(version.hint, locale),
        options=options,
        settings=version.settings,
        is_required=question.is_required,
        seed=seed,
    )


def option_of(option: Mapping[str, Any], *, locale: str | None = None) -> Option:
    """One stored option in this language, else the reader's."""
    return Option(option["key"], text_in(option["text"], locale), bool(option.get("is_other")))
