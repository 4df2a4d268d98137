"""Reading reply templates, in the language of whoever gets the reply."""

from typing import NamedTuple

from sqlalchemy import or_, select

from community.cases.models import Case, ReplyTemplate
from community.config import LOCALES
from community.infra.db import db, get_row
from community.infra.language import text_in

# The languages of texts that we also speak.
_LOCALES_OF = {"en": "en", "zh-Hans": "zh_Hans", "zh-Hant": "zh_Hant"}


class Offered(NamedTuple):
    """A template as it is offered beside a case."""

    id: int
    name: str


def list_templates() -> list[ReplyTemplate]:
    """The templates that are offered, with all their languages, for those who keep them."""
    statement = select(ReplyTemplate).where(ReplyTemplate.archived_at.is_(None)).order_by(ReplyTemplate.id)
    return list(db.session.scalars(statement))


def get_template(template_id: int) -> ReplyTemplate:
    """The template; NotFound if there is none."""
    return get_row(ReplyTemplate, template_id)


def list_offered(kind: str | None, *, locale: str) -> list[Offered]:
    """The templates for this kind of case and those for all, named in the language of the reader."""
    rows = db.session.execute(
        select(ReplyTemplate.id, ReplyTemplate.name)
        .where(
            ReplyTemplate.archived_at.is_(None), or_(ReplyTemplate.kind.is_(None), ReplyTemplate.kind == kind)
        )
        .order_by(ReplyTemplate.kind.is_(None), ReplyTemplate.id)
    )
    return [Offered(template_id, text_in(name, locale)) for template_id, name in rows]


def find_template_body(template_id: int, *, locale: str) -> str:
    """What a template says in this language; empty if it is not offered any more."""
    body = db.session.scalar(
        select(ReplyTemplate.body).where(ReplyTemplate.id == template_id, ReplyTemplate.archived_at.is_(None))
    )
    return text_in(body, locale) if body else ""


def locale_of(case: Case, author_locale: str | None) -> str:
    """The language to answer in: the one the words are in if we speak it, else that of their author."""
    known = _LOCALES_OF.get(case.language or "")
    return known or (author_locale if author_locale in LOCALES else "en")
