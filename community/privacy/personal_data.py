"""What is held about a member's wishes for their own data."""

from collections.abc import Mapping
from functools import partial

from flask_babel import gettext as _

from community.infra.db import after_commit
from community.infra.language import show_moment
from community.infra.own_data import OwnFile, Part, filled, lines, remove, rows
from community.members.models import Member
from community.privacy.actions.copies import forget_file
from community.privacy.models import DataFile, Erasure

HOLDS: Mapping[str, str] = {
    "data_files.member_id": "deleted",
    "erasures.member_id": "nameless",
    "retention_rules.changed_by_id": "nameless",
}


def export(member: Member) -> Mapping[str, Part]:
    """Copies that were asked for, and wishes to be forgotten."""
    return filled(
        {
            "copies": Part(
                _("Copies you asked for"),
                lines(
                    rows(DataFile, DataFile.member_id == member.id),
                    lambda row: _("On %(date)s", date=show_moment(row.asked_at)),
                    leave_out=("file_key",),
                ),
            ),
            "erasures": Part(
                _("When you asked to be forgotten"),
                lines(
                    rows(Erasure, Erasure.member_id == member.id),
                    lambda row: _("On %(date)s", date=show_moment(row.asked_at)),
                ),
            ),
        }
    )


def files(member: Member) -> list[OwnFile]:
    """There are none: a copy of a copy says nothing new."""
    return []


def erase(member: Member, *, keeps_texts: bool) -> Mapping[str, int]:
    """Copies go with their files; that somebody without a name was forgotten stays, for the backups."""
    for copy in rows(DataFile, DataFile.member_id == member.id):
        if copy.file_key is not None:
            after_commit(partial(forget_file, copy.file_key))
    return {"data_files": remove(DataFile, DataFile.member_id == member.id)}
