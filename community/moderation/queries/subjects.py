"""Finding what can be curated through its door, whoever asks and whatever its state."""

from collections.abc import Mapping

from flask import Flask, current_app

from community.infra.errors import NotFound
from community.members.models import Member
from community.moderation.doors import Door, Subject


def use_doors(app: Flask, doors: Mapping[str, Door]) -> None:
    """Give the app its table: type of subject → door."""
    app.extensions["doors"] = doors


def door_of(subject_type: str) -> Door:
    """The door of this type; NotFound for a type nobody knows."""
    door: Door | None = current_app.extensions["doors"].get(subject_type)
    if door is None:
        raise NotFound()
    return door


def find_subject(subject_type: str, subject_id: int) -> Subject | None:
    """The subject as it stands now, whoever asks; None if it is gone."""
    return door_of(subject_type).find(subject_id)


def get_subject(key: str) -> Subject:
    """The subject that "idea:12" names, whoever asks; NotFound if there is none."""
    subject_type, _colon, number = key.partition(":")
    if not number.isascii() or not number.isdigit() or len(number) > 18:
        raise NotFound()
    subject = find_subject(subject_type, int(number))
    if subject is None:
        raise NotFound()
    return subject


def may_see(viewer: Member | None, subject: Subject) -> bool:
    """Whether this person sees the subject as a reader does."""
    return door_of(subject.type).may_see(viewer, subject)
