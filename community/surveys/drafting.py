"""A question as staff write it: checked and brought into its one form before it is stored."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from community.infra import text
from community.infra.errors import Invalid
from community.surveys import kinds, piping

TEXT_MOST = 500
HINT_MOST = 300
OPTION_MOST = 200
CODE_MOST = 40
NOTE_MOST = 500
_CODE = re.compile(r"[a-z][a-z0-9_]*")
# Once answered, these say something only about the things that were offered together.
FIXED_TOGETHER = ("ranking", "allocation", "maxdiff")
# Words of members; whatever they say, they name no option.
_OWN_WORDS = ("other", "text", "why", "tags")

Options = list[dict[str, Any]]


@dataclass(frozen=True)
class Draft:
    """What a question is to say; texts map locale to words, options may still lack their keys."""

    text: Mapping[str, str]
    code: str = ""
    hint: Mapping[str, str] = field(default_factory=dict)
    options: Sequence[Mapping[str, Any]] = ()
    settings: Mapping[str, Any] = field(default_factory=dict)
    is_required: bool = True
    shuffles_options: bool = False
    condition: Mapping[str, Any] | None = None


def clean(draft: Draft, *, kind: str, languages: Sequence[str], used_keys: Iterable[str] = ()) -> Draft:
    """The draft with cleaned words in the survey's languages, keys for all options, and checked settings.

    Invalid names the form's field. Words may still be missing in some languages: see checks.py.
    """
    words = texts_in(draft.text, languages, block=True)
    if not words:
        raise Invalid(_l("Please write the question."), field=f"text_{languages[0]}")
    check_length(words, TEXT_MOST, field="text")
    hint = texts_in(draft.hint, languages)
    check_length(hint, HINT_MOST, field="hint")
    code = draft.code.strip()
    if code and (len(code) > CODE_MOST or not _CODE.fullmatch(code)):
        message = _l(
            "Use small letters, figures and _, beginning with a letter, at most %(max)d.", max=CODE_MOST
        )
        raise Invalid(message, field="code")
    options = _cleaned_options(draft.options, languages, used_keys)
    offered = [option for option in options if not option.get("is_out")]
    return replace(
        draft,
        code=code,
        text=words,
        hint=hint,
        options=options,
        settings=kinds.of(kind).check(offered, draft.settings),
    )


def texts_in(texts: Mapping[str, str], languages: Sequence[str], *, block: bool = False) -> dict[str, str]:
    """What was written, cleaned, in those languages in which something was."""
    clean_words = text.clean_block if block else text.clean_line
    written = {locale: clean_words(texts.get(locale) or "").strip() for locale in languages}
    return {locale: words for locale, words in written.items() if words}


def with_keys(rows: Sequence[Mapping[str, Any]], used_keys: Iterable[str]) -> Options:
    """The rows, each with a key: its own, or the next number that never named another one."""
    rows = list(rows)
    numbers = [int(key) for key in (*used_keys, *(row.get("key") or "" for row in rows)) if key.isdecimal()]
    fresh = iter(range(max(numbers, default=0) + 1, max(numbers, default=0) + len(rows) + 1))
    seen: set[str] = set()
    keyed = []
    for row in rows:
        key = str(row.get("key") or "")
        if not key or key in seen:
            key = str(next(fresh))
        seen.add(key)
        keyed.append({**row, "key": key})
    return keyed


def missing_languages(texts: Mapping[str, str], languages: Sequence[str]) -> list[str]:
    """The languages in which nothing is said."""
    return [locale for locale in languages if not texts.get(locale)]


def names_in(value: object) -> Iterator[str]:
    """The keys of options that an answer names, of whatever kind it is."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for key, part in value.items():
            if key not in _OWN_WORDS:
                yield key
                yield from names_in(part)
    elif isinstance(value, list):
        for part in value:
            yield from names_in(part)


def piped_codes(texts: Mapping[str, str]) -> list[str]:
    """The codes of the questions whose answers stand in these texts."""
    return sorted({code for words in texts.values() for code in piping.codes_in(words)})


def with_code_renamed(texts: Mapping[str, str], old: str, new: str) -> dict[str, str]:
    """The texts with one piped question called by its new code."""
    return {
        locale: piping.CODE.sub(lambda found: f"{{{{{new}}}}}" if found[1] == old else found[0], words)
        for locale, words in texts.items()
    }


def is_measuring_alike(before: Mapping[str, Any], after: Mapping[str, Any]) -> bool:
    """Whether two settings differ in their words only, so that answers to both can be counted together."""
    return bool(_without_words(before) == _without_words(after))


def check_length(texts: Mapping[str, str], most: int, *, field: str) -> None:
    """Invalid, beside its field, if the text is too long in one of its languages."""
    for locale, words in texts.items():
        if len(words) > most:
            message = _l("Please use at most %(max)d characters.", max=most)
            raise Invalid(message, field=f"{field}_{locale}")


def _cleaned_options(
    rows: Sequence[Mapping[str, Any]], languages: Sequence[str], used_keys: Iterable[str]
) -> Options:
    kept: Options = []
    for number, row in enumerate(rows, start=1):
        words = texts_in(row.get("text") or {}, languages)
        if not words:
            continue
        if any(len(each) > OPTION_MOST for each in words.values()):
            message = _(
                "Answer %(number)d: please use at most %(max)d characters.", number=number, max=OPTION_MOST
            )
            raise Invalid(message, field="options")
        marks = {mark: True for mark in ("is_other", "is_out") if row.get(mark)}
        kept.append({"key": row.get("key") or "", "text": words, **marks})
    for locale in languages:
        written = [option["text"][locale].casefold() for option in kept if locale in option["text"]]
        if len(set(written)) < len(written):
            raise Invalid(_l("Two answers say the same."), field="options")
    return with_keys(kept, used_keys)


def _without_words(value: Any) -> Any:
    if isinstance(value, Mapping):
        # How often a moment of truth happens is nothing that was asked.
        return {
            key: _without_words(part)
            for key, part in value.items()
            if key not in ("text", "low", "high", "unit", "volume")
        }
    if isinstance(value, list):
        return [_without_words(part) for part in value]
    return value
