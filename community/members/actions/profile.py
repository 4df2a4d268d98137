"""What members tell about themselves."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, BinaryIO

from flask import current_app
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import delete
from sqlalchemy.exc import IntegrityError

from community.activity import actions as activity
from community.analysis.script import fold
from community.config import LOCALES
from community.infra import clock, images, language
from community.infra.db import after_commit, db, lock, unit_of_work
from community.infra.errors import Invalid, Refusal
from community.infra.files import Store
from community.members import attributes, queries
from community.members.actions.aliases import new_alias
from community.members.actions.naming import clean_new_name
from community.members.models import AttributeAnswer, Member


def update_profile(
    member: Member,
    *,
    display_name: str,
    locale: str,
    time_zone: str,
    answers: Mapping[int, Any],
    alias: str | None = None,
) -> None:
    """Change names, language and time zone, and answers by question number; empty ones are taken back.

    An alias of None stays as it is; for an empty one there is a new one.
    """
    name = clean_new_name(display_name, known=member.display_name)
    if alias:
        alias = clean_new_name(alias, known=member.alias, field="alias")
    if locale not in LOCALES:
        raise Invalid(_("Please choose one of the options."), field="locale")
    if time_zone != "UTC" and time_zone not in language.time_zones():
        raise Invalid(_("Please choose one of the options."), field="time_zone")
    with unit_of_work():
        locked = lock(Member, member.id)
        rename(locked, name)
        if alias is not None:
            _take_alias(locked, alias or new_alias())
        locked.locale, locked.time_zone = locale, time_zone
        _answer(locked, answers)
        activity.record("member.profile_changed", subject=locked, actor=locked)


def rename(member: Member, name: str) -> None:
    """Let a locked member go by a clean name, everywhere they are named."""
    member.display_name, member.name_folded = name, fold(name)


def choose_locale(member: Member, locale: str) -> None:
    """Speak this language with the member from now on, on pages and in mail."""
    if locale not in LOCALES:
        raise Invalid(_("Please choose one of the options."), field="locale")
    with unit_of_work():
        lock(Member, member.id).locale = locale


def set_picture(member: Member, source: BinaryIO) -> None:
    """Take a picture, cut to a square and written anew; the former one goes."""
    try:
        picture = images.square_thumbnail(source)
    except Invalid as refusal:
        raise Invalid(refusal.message, field="picture") from refusal
    key = pictures().put(picture.data, picture.extension)
    try:
        with unit_of_work():
            _replace_picture(lock(Member, member.id), key, picture.extension)
    except BaseException:
        pictures().delete(key)
        raise


def remove_picture(member: Member) -> None:
    """Go back to the initials."""
    with unit_of_work():
        _replace_picture(lock(Member, member.id), None, None)


def pictures() -> Store:
    """Where members' pictures are."""
    return Store(Path(current_app.config["UPLOAD_DIR"]) / "members")


def _take_alias(member: Member, alias: str) -> None:
    taken = Invalid(_l("Somebody else has this alias. Please choose another one."), field="alias")
    if queries.is_alias_of_another(alias, member):
        raise taken
    member.alias = alias
    try:
        db.session.flush()
    except IntegrityError:
        raise taken from None


def _replace_picture(member: Member, key: str | None, extension: str | None) -> None:
    former = member.picture_key
    member.picture_key, member.picture_extension = key, extension
    if former is not None:
        after_commit(lambda: pictures().delete(former))


def _answer(member: Member, answers: Mapping[int, Any]) -> None:
    asked = {attribute.id: attribute for attribute in queries.list_attributes_for(member)}
    given: dict[int, list[AttributeAnswer]] = {}
    for answer in queries.list_answers(member):
        given.setdefault(answer.attribute_id, []).append(answer)
    for attribute_id, data in answers.items():
        attribute = asked.get(attribute_id)
        if attribute is None:
            continue
        try:
            values = attributes.read_answer(attribute.kind, data, options=attribute.options)
        except Refusal as refusal:
            raise Invalid(refusal.message, field=f"attribute_{attribute_id}") from refusal
        before = given.get(attribute_id, [])
        if {attributes.Value(one.option, one.number, one.on, one.text) for one in before} != set(values):
            _replace_answers(member, attribute_id, before=before, values=values)


def _replace_answers(
    member: Member, attribute_id: int, *, before: list[AttributeAnswer], values: list[attributes.Value]
) -> None:
    with unit_of_work() as session:
        session.execute(
            delete(AttributeAnswer).where(AttributeAnswer.id.in_([answer.id for answer in before]))
        )
        session.add_all(
            AttributeAnswer(
                member_id=member.id, attribute_id=attribute_id, answered_at=clock.now(), **value._asdict()
            )
            for value in values
        )
