"""The ways in: what is asked at the door, the places, requests and invitations."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from community.infra import clock
from community.infra.db import db
from community.infra.errors import NotFound
from community.infra.paging import Page, offset, read_page
from community.members import secrets
from community.members.models import Member
from community.panels.models import Invitation, JoinRequest, Panel, QuotaCell, ScreenerQuestion
from community.panels.queries.panels import is_standing

PER_PAGE = 50


class InvitationRow(NamedTuple):
    """An invitation in the staff's list."""

    id: int
    email: str
    locale: str
    sent_at: datetime
    expires_at: datetime
    used_at: datetime | None
    withdrawn_at: datetime | None

    @property
    def state(self) -> str:
        """Used, withdrawn, expired or open."""
        if self.used_at is not None:
            return "used"
        if self.withdrawn_at is not None:
            return "withdrawn"
        return "open" if self.expires_at > clock.now() else "expired"


class Known(NamedTuple):
    """What is known of addresses in a panel: whose invitation is open, and who is in."""

    invited: set[str]
    inside: set[str]


def list_questions(panel: Panel) -> list[ScreenerQuestion]:
    """The questions at the panel's door, in order."""
    return list(
        db.session.scalars(
            select(ScreenerQuestion)
            .where(ScreenerQuestion.panel_id == panel.id)
            .order_by(ScreenerQuestion.position, ScreenerQuestion.id)
        )
    )


def get_question(panel: Panel, question_id: int) -> ScreenerQuestion:
    """One of the questions at the panel's door; NotFound if it asks no such question."""
    question = db.session.scalar(
        select(ScreenerQuestion).where(
            ScreenerQuestion.id == question_id, ScreenerQuestion.panel_id == panel.id
        )
    )
    if question is None:
        raise NotFound()
    return question


def list_cells(panel: Panel) -> list[QuotaCell]:
    """The panel's quota cells, as they are filled now."""
    return list(
        db.session.scalars(
            select(QuotaCell)
            .where(QuotaCell.panel_id == panel.id)
            .order_by(QuotaCell.position, QuotaCell.id)
            .execution_options(populate_existing=True)
        )
    )


def get_cell(panel: Panel, cell_id: int) -> QuotaCell:
    """One of the panel's quota cells; NotFound if it has no such cell."""
    cell = db.session.scalar(select(QuotaCell).where(QuotaCell.id == cell_id, QuotaCell.panel_id == panel.id))
    if cell is None:
        raise NotFound()
    return cell


def find_last_request(member: Member, panel: Panel) -> JoinRequest | None:
    """The member's latest wish to join the panel, whatever became of it."""
    return db.session.scalar(
        select(JoinRequest)
        .where(JoinRequest.panel_id == panel.id, JoinRequest.member_id == member.id)
        .order_by(JoinRequest.id.desc())
        .limit(1)
        .execution_options(populate_existing=True)
    )


def get_request(panel: Panel, request_id: int) -> JoinRequest:
    """A wish to join this panel; NotFound if there is none with this id."""
    request = db.session.scalar(
        select(JoinRequest).where(JoinRequest.id == request_id, JoinRequest.panel_id == panel.id)
    )
    if request is None:
        raise NotFound()
    return request


def list_waiting_requests(panel: Panel, *, page: int) -> Page[JoinRequest]:
    """The requests that wait for a decision, the oldest first, with the members who made them."""
    rows = db.session.scalars(
        select(JoinRequest)
        .where(JoinRequest.panel_id == panel.id, JoinRequest.state == "waiting")
        .options(joinedload(JoinRequest.member))
        .order_by(JoinRequest.id)
        .offset(offset(page, PER_PAGE))
        .limit(PER_PAGE + 1)
    ).all()
    return read_page(rows, number=page, per_page=PER_PAGE)


def find_invitation_of(member: Member, panel: Panel) -> Invitation | None:
    """The open invitation to this panel for the address that the member has shown to be theirs."""
    if member.email_folded is None:
        return None
    return db.session.scalar(
        select(Invitation)
        .where(
            Invitation.panel_id == panel.id,
            Invitation.email_folded == member.email_folded,
            Invitation.used_at.is_(None),
            Invitation.withdrawn_at.is_(None),
            Invitation.expires_at > clock.now(),
        )
        .execution_options(populate_existing=True)
    )


def get_invitation_by_token(token: str) -> Invitation:
    """The invitation that this link belongs to, with its panel; NotFound for any other link."""
    invitation = db.session.scalar(
        select(Invitation)
        .where(Invitation.token_hash == secrets.digest(token))
        .options(joinedload(Invitation.panel))
        .execution_options(populate_existing=True)
    )
    if invitation is None:
        raise NotFound()
    return invitation


def get_invitation(panel: Panel, invitation_id: int) -> Invitation:
    """An invitation to this panel; NotFound if there is none with this id."""
    invitation = db.session.scalar(
        select(Invitation).where(Invitation.id == invitation_id, Invitation.panel_id == panel.id)
    )
    if invitation is None:
        raise NotFound()
    return invitation


def find_invitation_to(panel: Panel, email_folded: str) -> Invitation | None:
    """The one invitation to this panel that the address has ever had, in whatever state."""
    return db.session.scalar(
        select(Invitation).where(Invitation.panel_id == panel.id, Invitation.email_folded == email_folded)
    )


def list_invitations(panel: Panel, *, page: int) -> Page[InvitationRow]:
    """The panel's invitations, the latest first."""
    rows = db.session.execute(
        select(
            Invitation.id, Invitation.email, Invitation.locale, Invitation.sent_at, Invitation.expires_at,
            Invitation.used_at, Invitation.withdrawn_at,
        )
        .where(Invitation.panel_id == panel.id)
        .order_by(Invitation.sent_at.desc(), Invitation.id.desc())
        .offset(offset(page, PER_PAGE))
        .limit(PER_PAGE + 1)
    )  # fmt: skip
    return read_page([InvitationRow(*row) for row in rows], number=page, per_page=PER_PAGE)


def get_known_addresses(panel: Panel, folded: Sequence[str]) -> Known:
    """Which of these addresses hold an open invitation to the panel, and which belong to people in it."""
    invited = db.session.scalars(
        select(Invitation.email_folded).where(
            Invitation.panel_id == panel.id,
            Invitation.email_folded.in_(folded),
            Invitation.used_at.is_(None),
            Invitation.withdrawn_at.is_(None),
            Invitation.expires_at > clock.now(),
        )
    )
    inside = db.session.scalars(
        select(Member.email_folded).where(
            Member.email_folded.in_(folded), is_standing(Member.id, panel_id=panel.id)
        )
    )
    return Known(set(invited), {email for email in inside if email is not None})


def count_sent_by(inviter: Member, *, within: timedelta) -> int:
    """How many invitations the member has sent lately."""
    sent = select(func.count(Invitation.id)).where(
        Invitation.invited_by_id == inviter.id, Invitation.sent_at > clock.now() - within
    )
    return db.session.scalar(sent) or 0
