"""Words to begin a reply with, kept in each language."""

from collections.abc import Mapping
from typing import Any

from flask_babel import lazy_gettext as _l

from community.activity.actions import record
from community.activity.changes import columns_of, compare
from community.cases.actions.replies import MOST
from community.cases.models import ReplyTemplate
from community.config import LOCALES
from community.feedback.models import KINDS
from community.infra import clock
from community.infra.db import lock, unit_of_work
from community.infra.errors import Check, Invalid, unchecked
from community.members.models import Member

NAME_MOST = 80


def create_template(
    *, name: Mapping[str, str], body: Mapping[str, str], kind: str | None = None, by: Member | None = None
) -> ReplyTemplate:
    """Keep a template; `name` and `body` map locale to text, at least one of them each."""
    values = _checked(name, body, kind)
    with unit_of_work() as session:
        template = ReplyTemplate(**values)
        session.add(template)
        _note(template, by, before={}, after=values)
    return template


def edit_template(
    template: ReplyTemplate,
    *,
    name: Mapping[str, str],
    body: Mapping[str, str],
    kind: str | None = None,
    by: Member | None = None,
    check: Check[ReplyTemplate] = unchecked,
) -> ReplyTemplate:
    """Change a template; replies that began with it stay as they were sent."""
    values = _checked(name, body, kind)
    with unit_of_work():
        template = lock(ReplyTemplate, template.id)
        check(template)
        before = columns_of(template, *values)
        for column, value in values.items():
            setattr(template, column, value)
        _note(template, by, before=before, after=values)
    return template


def archive_template(template: ReplyTemplate, *, by: Member | None = None) -> ReplyTemplate:
    """Offer the template no longer."""
    with unit_of_work():
        template = lock(ReplyTemplate, template.id)
        if template.archived_at is None:
            template.archived_at = clock.now()
            _note(template, by, before={"is_offered": True}, after={"is_offered": False})
    return template


def _note(
    template: ReplyTemplate, by: Member | None, *, before: Mapping[str, Any], after: Mapping[str, Any]
) -> None:
    record("reply_template.changed", subject=template, actor=by, name=template.name, **compare(before, after))


def _checked(name: Mapping[str, str], body: Mapping[str, str], kind: str | None) -> dict[str, object]:
    names = {locale: text for locale, text in name.items() if locale in LOCALES and text.strip()}
    bodies = {locale: text for locale, text in body.items() if locale in LOCALES and text.strip()}
    if not names:
        raise Invalid(_l("Give it a name in one language at least."), field="name")
    if not bodies:
        raise Invalid(_l("Write it in one language at least."), field="body")
    if any(len(text) > NAME_MOST for text in names.values()):
        raise Invalid(_l("Please use at most %(max)d characters.", max=NAME_MOST), field="name")
    if any(len(text) > MOST for text in bodies.values()):
        raise Invalid(_l("Please use at most %(max)d characters.", max=MOST), field="body")
    if kind and kind not in KINDS:
        raise Invalid(_l("Please choose one of the options."), field="kind")
    return {"name": names, "body": bodies, "kind": kind or None}
