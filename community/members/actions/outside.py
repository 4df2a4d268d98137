"""Signing in through the provider: who comes, what they may do here, and joining it to an account.

An account belongs to an identity by issuer and subject alone. An address that the provider names never opens
an account that is here already: its owner signs in once and joins the two.
"""

import logging

from flask import current_app
from flask_babel import gettext as _
from sqlalchemy import delete
from sqlalchemy.exc import IntegrityError

from community.activity import actions as activity
from community.infra import clock, limits
from community.infra.db import lock, unit_of_work
from community.infra.errors import Conflict, Forbidden, Invalid, NotFound
from community.members import addresses, provider, queries
from community.members.actions import throttle
from community.members.actions.aliases import new_alias
from community.members.actions.naming import clean_new_name
from community.members.actions.sessions import begin_session, begin_unless_second_step, end_sessions
from community.members.actions.sureness import must_be_sure
from community.members.actions.telling import tell
from community.members.actions.throttle import Guard
from community.members.models import Member, OutsideIdentity, RoleGrant
from community.members.outsiders import Outsider

logger = logging.getLogger(__name__)


def sign_in_from_outside(
    outsider: Outsider, *, is_fresh: bool, address: str = "", user_agent: str = ""
) -> Member | None:
    """The member who is this at the provider, signed in unless a second step comes; None if nobody.

    Unless they signed in there just now, it may be somebody else who found their browser open.
    """
    known = queries.find_identity(outsider.issuer, outsider.subject)
    if known is None:
        return None
    with unit_of_work():
        member = _with_roles(known.member_id, outsider)
        if not member.is_active:
            raise Forbidden(_("This account is suspended. Please write to the people who run this site."))
        lock(OutsideIdentity, known.id).last_used_at = clock.now()
        begin = (
            begin_session if current_app.config["OIDC_SECOND_STEP"] == "there" else begin_unless_second_step
        )
        member.session_token = begin(
            member, address=address, user_agent=user_agent, came_by="provider", is_sure=is_fresh
        )
    return member


def may_join(outsider: Outsider) -> None:
    """Invalid or Forbidden unless an account can be opened for whom the provider vouches."""
    if not current_app.config["OIDC_JOIN"]:
        raise Forbidden(_("There is no account for you here yet. Please ask the people who run this site."))
    if not outsider.is_email_verified or not outsider.email:
        raise Invalid(
            _("You haven’t confirmed your e-mail address there yet. Do that first, then come back.")
        )


def is_address_taken(outsider: Outsider) -> bool:
    """Whether a member owns the address that the provider vouches for."""
    return outsider.is_email_verified and queries.find_by_email(outsider.email) is not None


def join_from_outside(
    outsider: Outsider,
    *,
    display_name: str,
    locale: str = "en",
    came_by: str = "",
    address: str = "",
    user_agent: str = "",
) -> Member:
    """Open an account for whom the provider vouches, signed in at once and with no password."""
    may_join(outsider)
    name, email = clean_new_name(display_name), addresses.clean_email(outsider.email)
    throttle.note(Guard("join", throttle.network(address), limits.JOIN_BY_ADDRESS))
    member = Member(
        display_name=name,
        alias=new_alias(),
        email=email,
        email_folded=addresses.fold(email),
        password_hash="",
        locale=locale,
    )
    try:
        with unit_of_work() as session:
            session.add(member)
            session.flush()
            session.add(
                OutsideIdentity(member_id=member.id, issuer=outsider.issuer, subject=outsider.subject)
            )
            activity.record("member.joined", subject=member, actor=member, came_by=came_by)
            activity.record("member.verified", subject=member, actor=member)
            _with_roles(member.id, outsider)
            member.session_token = begin_session(
                member, user_agent=user_agent, address=address, came_by="provider", is_sure=False
            )
    except IntegrityError:
        raise _connected_already() from None
    return member


def connect(member: Member, outsider: Outsider) -> None:
    """Let the member sign in through the provider from now on."""
    must_be_sure(member)
    try:
        with unit_of_work() as session:
            locked = lock(Member, member.id)
            if queries.find_identity_of(locked.id, outsider.issuer) is not None:
                raise _connected_already()
            session.add(
                OutsideIdentity(member_id=locked.id, issuer=outsider.issuer, subject=outsider.subject)
            )
            session.flush()
            _with_roles(locked.id, outsider)
            end_sessions(locked, except_token=member.session_token)
            tell(locked, "outside_added")
    except IntegrityError:
        raise _connected_already() from None


def disconnect(member: Member, *, identity_id: int) -> None:
    """Let the provider open the account no more; roles that came by it go with it."""
    must_be_sure(member)
    with unit_of_work() as session:
        locked = _with_roles(member.id, None)
        identity = lock(OutsideIdentity, identity_id)
        if identity.member_id != locked.id:
            raise NotFound()
        if not locked.password_hash:
            raise Conflict(_("Set a password first, or you could not sign in any more."))
        session.delete(identity)
        end_sessions(locked, except_token=member.session_token)
        tell(locked, "outside_removed")


def part_from_all(member_id: int) -> str:
    """Let no provider open the account any more, and take the roles that came by it; its name if one did.

    Whoever locks more than the member calls this first: it locks the administrators before them.
    """
    with unit_of_work() as session:
        _with_roles(member_id, None)
        issuers = session.scalars(
            delete(OutsideIdentity)
            .where(OutsideIdentity.member_id == member_id)
            .returning(OutsideIdentity.issuer)
        )
        return ", ".join(map(provider.name_of, issuers))


def take_left_roles() -> int:
    """Take back the roles of a provider that opens the account no more; how many people had some."""
    member_ids = queries.list_left_with_roles(current_app.config["OIDC_ISSUER"])
    for member_id in member_ids:
        _with_roles(member_id, None)
    return len(member_ids)


def _with_roles(member_id: int, outsider: Outsider | None) -> Member:
    """The locked member, with the roles that the provider's word gives them here, and no more of those."""
    with unit_of_work() as session:
        admins = queries.list_admin_grants(locked=True)
        member = lock(Member, member_id)
        wanted = {
            (role, queries.find_panel_id(slug) if slug else None): slug
            for role, slug in (outsider.roles if outsider is not None else ())
        }
        for grant in list(member.roles):
            if not grant.is_mapped or (grant.role, grant.panel_id) in wanted:
                continue
            if [each.id for each in admins] == [grant.id]:
                logger.warning("the provider would take the last administrator away; the role stays")
                # Without a provider behind it, it is one that was given here.
                grant.is_mapped = outsider is not None
                continue
            _record("member.role_ended", member, grant.role, grant.panel_id)
            member.roles.remove(grant)
        held = {(grant.role, grant.panel_id) for grant in member.roles}
        for (role, panel_id), slug in wanted.items():
            if slug and panel_id is None:
                logger.warning("OIDC_ROLES names the panel %r, which is not there", slug)
            elif (role, panel_id) not in held:
                _record("member.role_granted", member, role, panel_id)
                member.roles.append(RoleGrant(role=role, panel_id=panel_id, is_mapped=True))
        session.flush()
    return member


def _record(kind: str, member: Member, role: str, panel_id: int | None) -> None:
    activity.record(kind, subject=member, actor=None, panel_id=panel_id, role=role, by_way_of="provider")


def _connected_already() -> Conflict:
    return Conflict(
        _("These two cannot be connected: one of them is connected with another account already.")
    )
