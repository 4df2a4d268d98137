"""What the site asks its members about themselves."""

from collections.abc import Iterable, Mapping
from typing import Any

from flask_babel import gettext as _
from sqlalchemy.exc import IntegrityError

from community.activity import actions as activity
from community.activity.changes import columns_of, compare
from community.infra.db import lock, unit_of_work
from community.infra.errors import Conflict, Invalid
from community.members import attributes, queries
from community.members.models import ATTRIBUTE_KINDS, AUDIENCES, Member, ProfileAttribute

# What the log tells of a question.
_TOLD = ("kind", "label", "why", "options", "visible_to", "position", "is_asked")


def create_attribute(
    *,
    kind: str,
    label: Mapping[str, str],
    why: Mapping[str, str],
    visible_to: str,
    options: Iterable[Mapping[str, str]] = (),
    key: str = "",
    position: int | None = None,
    is_asked: bool = True,
    by: Member | None = None,
) -> ProfileAttribute:
    """Begin to ask something; `label`, `why` and each option hold texts by language."""
    attribute = ProfileAttribute(kind=kind, options=[], is_asked=is_asked)
    _fill(attribute, label=label, why=why, visible_to=visible_to, options=options, answered=set())
    try:
        with unit_of_work() as session:
            attribute.position = queries.last_position() + 1 if position is None else position
            attribute.key = key or _free_key(attribute)
            session.add(attribute)
            _note(attribute, by, before={}, after=columns_of(attribute, *_TOLD))
    except IntegrityError:
        raise Conflict(_("There is a profile question with this key already.")) from None
    return attribute


def update_attribute(
    attribute: ProfileAttribute,
    *,
    kind: str,
    label: Mapping[str, str],
    why: Mapping[str, str],
    visible_to: str,
    options: Iterable[Mapping[str, str]],
    position: int,
    is_asked: bool,
    by: Member | None = None,
) -> None:
    """Change a question; what was answered keeps its meaning, so its kind and the chosen options stay."""
    with unit_of_work():
        locked = lock(ProfileAttribute, attribute.id)
        if kind != locked.kind and queries.is_answered(locked):
            raise Invalid(_("People have answered this already, so its kind has to stay."), field="kind")
        before = columns_of(locked, *_TOLD)
        locked.kind = kind
        answered = queries.list_answered_options(locked)
        _fill(locked, label=label, why=why, visible_to=visible_to, options=options, answered=answered)
        locked.position, locked.is_asked = position, is_asked
        _note(locked, by, before=before, after=columns_of(locked, *_TOLD))


def delete_attribute(attribute: ProfileAttribute, *, by: Member | None = None) -> None:
    """Remove a question that nobody has answered."""
    with unit_of_work() as session:
        locked = lock(ProfileAttribute, attribute.id)
        if queries.is_answered(locked):
            raise Conflict(_("People have answered this already. You can stop asking it instead."))
        _note(locked, by, before=columns_of(locked, *_TOLD), after={})
        session.delete(locked)


def _note(
    attribute: ProfileAttribute, by: Member | None, *, before: Mapping[str, Any], after: Mapping[str, Any]
) -> None:
    activity.record(
        "profile_question.changed",
        subject=attribute,
        actor=by,
        name=attribute.label,
        **compare(before, after),
    )


def _fill(
    attribute: ProfileAttribute,
    *,
    label: Mapping[str, str],
    why: Mapping[str, str],
    visible_to: str,
    options: Iterable[Mapping[str, str]],
    answered: set[str],
) -> None:
    if attribute.kind not in ATTRIBUTE_KINDS:
        raise Invalid(_("Please choose one of the options."), field="kind")
    if visible_to not in AUDIENCES:
        raise Invalid(_("Please choose one of the options."), field="visible_to")
    attribute.label = attributes.clean_texts(label, field="label_en", longest=attributes.LONGEST_LABEL)
    attribute.why = attributes.clean_texts(why, field="why_en", longest=attributes.LONGEST_WHY)
    attribute.visible_to = visible_to
    if attribute.kind in attributes.CHOICE_KINDS:
        attribute.options = attributes.merge_options(attribute.options, options, answered=answered)
    else:
        attribute.options = []


def _free_key(attribute: ProfileAttribute) -> str:
    label: dict[str, Any] = attribute.label
    text = label.get("en") or next(iter(label.values()))
    taken: set[str] = set()
    key = attributes.new_key(text, taken=taken)
    while queries.is_key_taken(key):
        taken.add(key)
        key = attributes.new_key(text, taken=taken)
    return key
