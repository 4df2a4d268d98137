"""What the company knows of a member when they answer, for splits and weights."""

from collections.abc import Mapping, Sequence

from sqlalchemy import select

from community.infra.db import db
from community.infra.language import text_in
from community.members import attributes
from community.members.models import AttributeAnswer, Member, ProfileAttribute
from community.panels.models import Membership, Panel

_MAY_BE_USED = (
    ProfileAttribute.kind.in_(attributes.CHOICE_KINDS),
    ProfileAttribute.visible_to != "self",
)


def list_choice_attributes() -> list[ProfileAttribute]:
    """The profile questions with options that may be used to split, to weight and in files, in their order.

    What members were promised to be seen by nobody else is not among them.
    """
    return list(
        db.session.scalars(
            select(ProfileAttribute)
            .where(*_MAY_BE_USED)
            .order_by(ProfileAttribute.position, ProfileAttribute.id)
        )
    )


def option_text(option: Mapping[str, str], locale: str | None = None) -> str:
    """An option of a profile question in this language, else the reader's."""
    return text_in({name: words for name, words in option.items() if name != "key"}, locale)


def profile_of(member: Member, *, panel_ids: Sequence[int]) -> dict[str, list[str]]:
    """What the member chose, as {attribute key: [option keys]}; "panel" holds the slugs of those they are in.

    What a member was promised to be seen by nobody else is left out, and so are all but these panels.
    """
    chosen = db.session.execute(
        select(ProfileAttribute.key, AttributeAnswer.option)
        .join(ProfileAttribute, ProfileAttribute.id == AttributeAnswer.attribute_id)
        .where(
            AttributeAnswer.member_id == member.id,
            AttributeAnswer.option.is_not(None),
            *_MAY_BE_USED,
        )
        .order_by(ProfileAttribute.key, AttributeAnswer.option)
    )
    profile: dict[str, list[str]] = {}
    for key, option in chosen:
        profile.setdefault(key, []).append(str(option))
    profile["panel"] = list(
        db.session.scalars(
            select(Panel.slug)
            .join(Membership, Membership.panel_id == Panel.id)
            .where(
                Membership.member_id == member.id,
                Membership.left_at.is_(None),
                Panel.id.in_(panel_ids),
            )
            .order_by(Panel.slug)
        )
    )
    return profile
