"""Everything that is read about members; writes nothing."""

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Any, NamedTuple

from flask import Flask, current_app
from sqlalchemy import ScalarSelect, Select, and_, bindparam, column, exists, func, or_, select, table
from sqlalchemy.orm import contains_eager, joinedload, lazyload

from community.analysis.script import fold
from community.infra import clock, paging
from community.infra.db import UtcDateTime, db, entity_of, get_row, keep_read, table_of
from community.infra.errors import NotFound
from community.infra.paging import Page
from community.infra.reading import Reading, split
from community.members import addresses, recovery, secrets
from community.members.models import (
    Attempt,
    AttributeAnswer,
    Authenticator,
    Consent,
    Member,
    MemberSession,
    OutsideIdentity,
    Passkey,
    ProfileAttribute,
    RecoveryCode,
    RoleGrant,
    Token,
    UnsentText,
)

# A browser that stays away longer than this has to sign in again.
REMEMBERED_FOR = timedelta(days=60)
NOT_REMEMBERED_FOR = timedelta(days=2)
# Whoever confirmed the address, and of those who only claim it the first and the last: somebody who claims
# another's address can then not keep the other from signing in.
MOST_CANDIDATES = 3
MEMBERS_PER_PAGE = 50

# Panels stand above members in the house; their names, and whom they show how, are all that is needed here.
_panels = table("panels", column("id"), column("slug"), column("name"), column("names_shown"))
_memberships = table("memberships", column("panel_id"), column("member_id"))

ReadablePanels = Callable[[Member | None], Select[int]]


class MemberRow(NamedTuple):
    """A member as staff see them in the list."""

    id: int
    display_name: str
    address: str | None
    is_verified: bool
    state: str
    joined_at: datetime
    last_active_at: datetime
    roles: tuple[str, ...]


class Candidate(NamedTuple):
    """An account that somebody with an address may mean."""

    id: int
    password_hash: str


class PanelName(NamedTuple):
    """A panel by its name."""

    id: int
    slug: str
    name: str


# Without the roles: that one is asked for more would tell by time that somebody was found.
_ALONE = select(Member).options(lazyload(Member.roles))
_MEMBERS, _SESSIONS, _GRANTS = (table_of(each) for each in (Member, MemberSession, RoleGrant))
# A row for each of the member's roles, or one with none.
_SESSION = (
    select(*_SESSIONS.c, *_MEMBERS.c, *_GRANTS.c)
    .join(_MEMBERS, _MEMBERS.c.id == _SESSIONS.c.member_id)
    .outerjoin(_GRANTS, _GRANTS.c.member_id == _MEMBERS.c.id)
    .where(
        _SESSIONS.c.token_hash == bindparam("token_hash"),
        _MEMBERS.c.state == "active",
        _SESSIONS.c.ended_at.is_(None),
        or_(
            _SESSIONS.c.last_seen_at > bindparam("not_remembered_since", type_=UtcDateTime),
            and_(
                _SESSIONS.c.is_remembered,
                _SESSIONS.c.last_seen_at > bindparam("remembered_since", type_=UtcDateTime),
            ),
        ),
    )
    .order_by(_GRANTS.c.id)
)
_MEMBER_ROWS = select(
    Member.id,
    Member.display_name,
    func.coalesce(Member.email, Member.claimed_email),
    Member.email.is_not(None),
    Member.state,
    Member.joined_at,
    Member.last_active_at,
)


def use_along(app: Flask, columns: Mapping[str, ScalarSelect[Any]]) -> None:
    """Ask for these, which floors above want to show of the member on each page, along with the session."""
    app.extensions["asked_along"] = tuple(columns), Reading(_SESSION.add_columns(*columns.values()))


def find_session(token: str) -> MemberSession | None:
    """The standing session behind a cookie, with its active member and their roles, in one SELECT."""
    names, reading = current_app.extensions["asked_along"]
    now = clock.now()
    rows = reading.list(
        token_hash=secrets.digest(token),
        not_remembered_since=now - NOT_REMEMBERED_FOR,
        remembered_since=now - REMEMBERED_FOR,
    )
    if not rows:
        return None
    of_session, of_member, _, along = split(rows[0], _SESSIONS, _MEMBERS, _GRANTS)
    session, member = entity_of(MemberSession, of_session), entity_of(Member, of_member)
    grants = [split(row, _SESSIONS, _MEMBERS, _GRANTS)[2] for row in rows]
    keep_read(member, "roles", [entity_of(RoleGrant, each) for each in grants if each[0] is not None])
    keep_read(session, "member", member)
    session.asked_along = MappingProxyType(dict(zip(names, along, strict=True)))
    return session


def list_sessions(member: Member) -> list[MemberSession]:
    """The browsers in which the member is signed in, the last used first."""
    return list(
        db.session.scalars(
            select(MemberSession)
            .where(MemberSession.member_id == member.id, *_stands())
            .order_by(MemberSession.last_seen_at.desc(), MemberSession.id.desc())
            .limit(100)
        )
    )


def find_by_email(email: str) -> Member | None:
    """The member who has shown that the address is theirs."""
    return db.session.scalar(_ALONE.where(Member.email_folded == addresses.fold(email)))


def list_sign_in_candidates(folded: str) -> list[Candidate]:
    """Those whom somebody with this address may be, at most `MOST_CANDIDATES`, the likeliest first."""
    candidates = select(Member.id, Member.password_hash)
    claims = candidates.where(Member.claimed_email_folded == folded)
    # As much is asked and read whether there is somebody or not.
    found = [
        db.session.execute(statement.limit(1)).one_or_none()
        for statement in (
            candidates.where(Member.email_folded == folded),
            claims.order_by(Member.id.desc()),
            claims.order_by(Member.id),
        )
    ]
    return list(dict.fromkeys(Candidate(*row) for row in found if row is not None))


def find_for_new_password(email: str) -> Member | None:
    """Whom a forgotten password belongs to: the address's owner, or the last who claimed it."""
    folded = addresses.fold(email)
    return db.session.scalar(
        _ALONE.where(
            or_(Member.email_folded == folded, Member.claimed_email_folded == folded),
            Member.state == "active",
        )
        .order_by(Member.email_folded.is_(None), Member.id.desc())
        .limit(1)
    )


def find_member(member_id: int) -> Member | None:
    """The member with this number, whatever their state."""
    return db.session.get(Member, member_id)


def find_authenticator(member_id: int) -> Authenticator | None:
    """The member's app, also one that was never confirmed."""
    return db.session.scalar(select(Authenticator).where(Authenticator.member_id == member_id))


def list_passkeys(member_id: int) -> list[Passkey]:
    """The member's passkeys, the first one first."""
    return list(
        db.session.scalars(select(Passkey).where(Passkey.member_id == member_id).order_by(Passkey.id))
    )


def find_passkey(credential_id: str) -> Passkey | None:
    """The passkey that devices call by these bytes."""
    return db.session.scalar(select(Passkey).where(Passkey.credential_id == credential_id))


def count_recovery_codes(member_id: int) -> int:
    """How many recovery codes the member has left."""
    unused = select(func.count(RecoveryCode.id)).where(RecoveryCode.used_at.is_(None))
    return db.session.scalar(unused.where(RecoveryCode.member_id == member_id)) or 0


def list_own_codes(member_id: int, *, among: Collection[str]) -> list[str]:
    """Those recovery codes among what was sent that are the member's and still unused."""
    hashes = {recovery.hash_of(code): code for code in among}
    found = set(
        db.session.scalars(
            select(RecoveryCode.code_hash).where(
                RecoveryCode.member_id == member_id,
                RecoveryCode.used_at.is_(None),
                RecoveryCode.code_hash.in_(hashes),
            )
        )
    )
    return [code for code_hash, code in hashes.items() if code_hash in found]


def has_app(member_id: int) -> bool:
    """Whether the member has an app that shows codes."""
    app = find_authenticator(member_id)
    return app is not None and app.confirmed_at is not None


def has_second_step(member_id: int) -> bool:
    """Whether anything but the password guards the account."""
    app = exists().where(Authenticator.member_id == member_id, Authenticator.confirmed_at.is_not(None))
    return bool(db.session.scalar(select(or_(app, exists().where(Passkey.member_id == member_id)))))


def list_unasked_staff() -> list[int]:
    """The numbers of those on staff who sign in without a second step and were not asked for one yet."""
    return list(
        db.session.scalars(
            select(Member.id)
            .where(
                Member.state == "active",
                Member.second_step_since.is_(None),
                Member.second_step_due_at.is_(None),
                exists().where(RoleGrant.member_id == Member.id),
            )
            .order_by(Member.id)
        )
    )


def find_identity(issuer: str, subject: str) -> OutsideIdentity | None:
    """Who is here what the provider calls by this subject."""
    return db.session.scalar(
        select(OutsideIdentity).where(OutsideIdentity.issuer == issuer, OutsideIdentity.subject == subject)
    )


def find_identity_of(member_id: int, issuer: str) -> OutsideIdentity | None:
    """What the member is at this provider."""
    return db.session.scalar(
        select(OutsideIdentity).where(
            OutsideIdentity.member_id == member_id, OutsideIdentity.issuer == issuer
        )
    )


def list_issuers(member_id: int) -> list[str]:
    """The providers that open the account."""
    return list(
        db.session.scalars(select(OutsideIdentity.issuer).where(OutsideIdentity.member_id == member_id))
    )


def list_left_with_roles(issuer: str) -> list[int]:
    """The numbers of those who hold roles by a provider's word, and whose account this one does not open."""
    is_known = exists().where(
        OutsideIdentity.member_id == RoleGrant.member_id, OutsideIdentity.issuer == issuer
    )
    return list(
        db.session.scalars(
            select(RoleGrant.member_id)
            .where(RoleGrant.is_mapped, ~is_known)
            .distinct()
            .order_by(RoleGrant.member_id)
        )
    )


def find_unsent(member: Member, secret: str) -> UnsentText | None:
    """What the member wrote and could not send; nobody else finds it."""
    found: UnsentText | None = db.session.scalar(
        select(UnsentText).where(
            UnsentText.token_hash == secrets.digest(secret), UnsentText.member_id == member.id
        )
    )
    return found


def find_token(secret: str, *, purposes: tuple[str, ...]) -> Token | None:
    """The token behind a mailed link if it can still be used."""
    return db.session.scalar(
        select(Token)
        .options(joinedload(Token.member))
        .where(
            Token.token_hash == secrets.digest(secret),
            Token.purpose.in_(purposes),
            Token.used_at.is_(None),
            Token.expires_at > clock.now(),
        )
    )


def find_blocking_attempt(
    action: str, subjects: Sequence[str], *, since: datetime, most: int, besides: Sequence[int]
) -> datetime | None:
    """When the oldest of the last `most` tries was made, None if there were fewer."""
    return db.session.scalar(
        select(Attempt.at)
        .where(
            Attempt.action == action,
            Attempt.subject.in_(subjects),
            Attempt.at > since,
            Attempt.id.not_in(besides),
        )
        .order_by(Attempt.at.desc())
        .offset(most - 1)
        .limit(1)
    )


def get_member(member_id: int) -> Member:
    """The member with this number, whatever their state."""
    return get_row(Member, member_id)


def get_shown_member(member_id: int) -> Member:
    """The member as other members may know them; those who are suspended or gone are not there."""
    member = get_member(member_id)
    if not member.is_active:
        raise NotFound()
    return member


def use_panels(app: Flask, readable_panel_ids: ReadablePanels) -> None:
    """Tell members which panels somebody may read; panels stand above them and cannot be asked from here."""
    app.extensions["panels_to_meet_in"] = readable_panel_ids


def how_known(viewer: Member, member: Member) -> str:
    """How the viewer may know the member, by the panels they could have met in: "full", "first" or "alias".

    Staff are known by their names, and know those who were in the panels they work on by theirs.
    """
    if viewer.id == member.id or member.is_staff:
        return "full"
    works_on = {grant.panel_id for grant in viewer.standing_roles}
    if None in works_on:
        return "full"
    readable: ReadablePanels = current_app.extensions["panels_to_meet_in"]
    met = db.session.execute(
        select(_panels.c.id, _panels.c.names_shown)
        .join(_memberships, _memberships.c.panel_id == _panels.c.id)
        .where(_memberships.c.member_id == member.id, _panels.c.id.in_(readable(viewer)))
    ).all()
    ways = {"full" if panel_id in works_on else how for panel_id, how in met}
    return next((how for how in ("full", "first") if how in ways), "alias")


def is_alias_taken(alias: str) -> bool:
    """Whether somebody has this very alias."""
    return bool(find_taken_aliases([alias]))


def find_taken_aliases(drawn: Collection[str]) -> list[str]:
    """Those of the aliases that somebody has."""
    return list(db.session.scalars(select(Member.alias).where(Member.alias.in_(drawn))))


def is_alias_of_another(alias: str, member: Member) -> bool:
    """Whether somebody else has the alias, in large or small letters."""
    others = select(Member.id).where(func.lower(Member.alias) == alias.lower(), Member.id != member.id)
    return db.session.scalar(others.limit(1)) is not None


def get_picture_owner(member_id: int, key: str) -> Member:
    """The member whose picture has this key: only pages that show it know the key."""
    member: Member | None = db.session.scalar(
        select(Member).where(Member.id == member_id, Member.picture_key == key, Member.state != "erased")
    )
    if member is None:
        raise NotFound()
    return member


def list_members(*, term: str, role: str, state: str, page: int) -> Page[MemberRow]:
    """Members by newest, whose name or address holds the term."""
    statement = _MEMBER_ROWS
    if folded := fold(term).strip():
        statement = statement.where(
            or_(
                Member.name_folded.contains(folded, autoescape=True),
                Member.email_folded.contains(folded, autoescape=True),
                Member.claimed_email_folded.contains(folded, autoescape=True),
            )
        )
    if role:
        holds = exists().where(RoleGrant.member_id == Member.id)
        statement = statement.where(holds if role == "any" else holds.where(RoleGrant.role == role))
    if state:
        statement = statement.where(Member.state == state)
    rows = db.session.execute(
        statement.order_by(Member.id.desc())
        .offset(paging.offset(page, MEMBERS_PER_PAGE))
        .limit(MEMBERS_PER_PAGE + 1)
    ).all()
    roles = _roles_of([row[0] for row in rows])
    return paging.read_page(
        [MemberRow(*row, roles.get(row[0], ())) for row in rows], number=page, per_page=MEMBERS_PER_PAGE
    )


def list_panel_names() -> list[PanelName]:
    """All panels, by name."""
    rows = db.session.execute(
        select(_panels.c.id, _panels.c.slug, _panels.c.name).order_by(_panels.c.name, _panels.c.id)
    )
    return [PanelName(*row) for row in rows]


def find_panel_id(slug: str) -> int | None:
    """The number of the panel with this slug."""
    return db.session.scalar(select(_panels.c.id).where(_panels.c.slug == slug))


def list_admin_grants(*, locked: bool = False) -> list[RoleGrant]:
    """The grants of the site's active administrators; `locked` until the unit of work ends."""
    statement = (
        select(RoleGrant)
        .join(RoleGrant.member)
        .where(RoleGrant.role == "admin", RoleGrant.panel_id.is_(None), Member.state == "active")
        .order_by(RoleGrant.id)
    )
    if locked:
        statement = statement.with_for_update().execution_options(populate_existing=True)
    return list(db.session.scalars(statement))


def list_attributes() -> list[ProfileAttribute]:
    """All that the site asks or asked about its members, in their order."""
    return list(
        db.session.scalars(select(ProfileAttribute).order_by(ProfileAttribute.position, ProfileAttribute.id))
    )


def list_attributes_for(member: Member) -> list[ProfileAttribute]:
    """What the member is asked, and what they answered once and may want to take back."""
    answered = select(AttributeAnswer.attribute_id).where(AttributeAnswer.member_id == member.id)
    return list(
        db.session.scalars(
            select(ProfileAttribute)
            .where(or_(ProfileAttribute.is_asked, ProfileAttribute.id.in_(answered)))
            .order_by(ProfileAttribute.position, ProfileAttribute.id)
        )
    )


def get_attribute(attribute_id: int) -> ProfileAttribute:
    """The profile question with this number."""
    return get_row(ProfileAttribute, attribute_id)


def is_key_taken(key: str) -> bool:
    """Whether a profile question has this key."""
    return db.session.scalar(select(ProfileAttribute.id).where(ProfileAttribute.key == key)) is not None


def last_position() -> int:
    """The position of the last profile question, 0 if there is none."""
    return db.session.scalar(select(func.max(ProfileAttribute.position))) or 0


def list_answers(
    member: Member, *, visible_to: Sequence[str] = ("self", "staff", "members")
) -> list[AttributeAnswer]:
    """What the member answered for these audiences to see, in the order of the questions."""
    return list(
        db.session.scalars(
            select(AttributeAnswer)
            .join(AttributeAnswer.attribute)
            .options(contains_eager(AttributeAnswer.attribute))
            .where(AttributeAnswer.member_id == member.id, ProfileAttribute.visible_to.in_(visible_to))
            .order_by(ProfileAttribute.position, ProfileAttribute.id, AttributeAnswer.id)
        )
    )


def has_answered_all(member_id: int) -> bool:
    """Whether the member has answered everything that profiles ask, and something is asked."""
    answered = exists().where(
        AttributeAnswer.member_id == member_id, AttributeAnswer.attribute_id == ProfileAttribute.id
    )
    asked = db.session.scalars(select(answered).where(ProfileAttribute.is_asked)).all()
    return bool(asked) and all(asked)


def has_consent(member: Member, purpose: str) -> bool:
    """Whether the member agrees to the purpose; whoever said nothing does not."""
    newest = select(Consent.is_given).where(Consent.member_id == member.id, Consent.purpose == purpose)
    return bool(db.session.scalar(newest.order_by(Consent.id.desc()).limit(1)))


def consenting_ids(purpose: str) -> Select[int]:
    """A SELECT of the active members who agree to the purpose, for use inside others."""
    newest = select(func.max(Consent.id)).where(Consent.purpose == purpose).group_by(Consent.member_id)
    return (
        select(Consent.member_id)
        .join(Member, Member.id == Consent.member_id)
        .where(Consent.id.in_(newest), Consent.is_given, Member.state == "active")
    )


def list_consents(member: Member) -> list[Consent]:
    """All that the member ever said to any purpose, the newest first."""
    return list(
        db.session.scalars(select(Consent).where(Consent.member_id == member.id).order_by(Consent.id.desc()))
    )


def list_answered_options(attribute: ProfileAttribute) -> set[str]:
    """The keys of the options that somebody chose."""
    rows = db.session.scalars(
        select(AttributeAnswer.option)
        .where(AttributeAnswer.attribute_id == attribute.id, AttributeAnswer.option.is_not(None))
        .distinct()
    )
    return {option for option in rows if option is not None}


def is_answered(attribute: ProfileAttribute) -> bool:
    """Whether anybody answered the question."""
    return bool(db.session.scalar(select(exists().where(AttributeAnswer.attribute_id == attribute.id))))


def count_answers() -> dict[int, int]:
    """How many members answered each profile question."""
    rows = db.session.execute(
        select(AttributeAnswer.attribute_id, func.count(AttributeAnswer.member_id.distinct())).group_by(
            AttributeAnswer.attribute_id
        )
    )
    return dict(rows.all())


def _stands() -> tuple[Any, ...]:
    now = clock.now()
    return (
        MemberSession.ended_at.is_(None),
        or_(
            MemberSession.last_seen_at > now - NOT_REMEMBERED_FOR,
            and_(MemberSession.is_remembered, MemberSession.last_seen_at > now - REMEMBERED_FOR),
        ),
    )


def _roles_of(member_ids: Sequence[int]) -> dict[int, tuple[str, ...]]:
    found: dict[int, tuple[str, ...]] = {}
    for member_id, role in db.session.execute(
        select(RoleGrant.member_id, RoleGrant.role)
        .where(RoleGrant.member_id.in_(member_ids))
        .distinct()
        .order_by(RoleGrant.role)
    ):
        found[member_id] = (*found.get(member_id, ()), role)
    return found
