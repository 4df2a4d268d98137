"""Weighting targets: their name and source, and a share for every option of the margins that are used."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import DateField

from community.infra.forms import Form, LineField, length, required
from community.surveys.kinds.contract import Sent
from community.surveys.weighting import TOGETHER

NAME_MOST, SOURCE_MOST = 80, 200


class TargetsForm(Form):
    """What the targets are called, where they come from, and for when they hold."""

    name = LineField(_l("Name"), [required(), length(most=NAME_MOST)])
    source = LineField(_l("Source"), [required(), length(most=SOURCE_MOST)])
    as_of = DateField(_l("As of"), [required()])


class OptionDraft(NamedTuple):
    """An option with its share as it was typed, and the option it counts together with."""

    key: str
    label: str
    percent: str
    joins: str


class MarginDraft(NamedTuple):
    """A profile question whose options may be given shares."""

    key: str
    label: str
    options: Sequence[OptionDraft]
    error: str = ""


def draft_margins(
    offered: Sequence[tuple[str, str, Mapping[str, str]]],
    *,
    sent: Sent | None,
    saved: Sequence[Mapping[str, Any]] = (),
) -> list[MarginDraft]:
    """The margins as they were sent, else as they were saved; `offered` is (key, label, options) of each."""
    kept = {str(margin["attribute"]): dict(margin["targets"]) for margin in saved}
    drafts = []
    for key, label, options in offered:
        shown = _saved(kept.get(key, {}), options) if sent is None else _sent(key, options, sent)
        drafts.append(MarginDraft(key, label, shown))
    return drafts


def read_margins(drafts: Sequence[MarginDraft]) -> tuple[list[dict[str, Any]], list[MarginDraft]]:
    """The margins as they are stored, and the drafts with what is wrong; a margin left empty is not used."""
    margins, checked = [], []
    for draft in drafts:
        targets, error = _read(draft)
        checked.append(draft._replace(error=error))
        if targets and not error:
            margins.append({"attribute": draft.key, "targets": targets})
    return margins, checked


def _read(draft: MarginDraft) -> tuple[dict[str, float], str]:
    shares: dict[str, float] = {}
    for option in draft.options:
        if not option.percent:
            continue
        share = _percent(option.percent)
        if share is None:
            return {}, _("Please give each share as a number from 0 to 100.")
        shares[option.key] = share
    if not shares:
        return {}, ""
    joins = {option.key: option.joins for option in draft.options if option.joins}
    if any(other in joins or other == key for key, other in joins.items()):
        return {}, _("An option can count together with one that stands for itself.")
    together: dict[str, list[str]] = {}
    for option in draft.options:
        together.setdefault(joins.get(option.key, option.key), []).append(option.key)
    found = {
        TOGETHER.join(keys): sum(shares.get(key, 0.0) for key in keys)
        for keys in together.values()
        if any(key in shares for key in keys)
    }
    total = sum(found.values())
    if abs(total - 1) > 0.006:
        return {}, _("These shares add up to %(sum)s%%; please make them 100%%.", sum=f"{100 * total:g}")
    return found, ""


def _percent(written: str) -> float | None:
    try:
        number = float(written.replace(",", ".").removesuffix("%").strip()) if len(written) <= 20 else -1.0
    except ValueError:
        return None
    return number / 100 if 0 <= number <= 100 else None


def _sent(key: str, options: Mapping[str, str], sent: Sent) -> list[OptionDraft]:
    return [
        OptionDraft(
            option,
            label,
            sent.get(f"share-{key}-{option}", "").strip(),
            other if (other := sent.get(f"with-{key}-{option}", "")) in options else "",
        )
        for option, label in options.items()
    ]


def _saved(targets: Mapping[str, float], options: Mapping[str, str]) -> list[OptionDraft]:
    """The share of options that count together stands beside the first of them."""
    shares: dict[str, str] = {}
    joins: dict[str, str] = {}
    for joined, share in targets.items():
        first, *others = joined.split(TOGETHER)
        shares[first] = f"{100 * share:.4g}"
        joins.update(dict.fromkeys(others, first))
    return [
        OptionDraft(key, label, shares.get(key, ""), joins.get(key, "")) for key, label in options.items()
    ]
