"""The ways in: what is asked at the door, the places, requests and invitations."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from community.infra import clock
from community.infra.db import db
from community.infra.errors import NotFound
from community.infra.paging import Page, offset, read_page
from community.members import secrets
from community.members.models import Member
from community.panels import criteria, policy, screening
from community.panels.criteria import Rule, Vocabulary
from community.panels.models import Invitation, JoinRequest, Panel, QuotaCell, ScreenerQuestion
from community.panels.queries.panels import PanelView, is_standing
from community.panels.queries.segments import are_meant, get_vocabulary, is_meant, words_for

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


class Door(NamedTuple):
    """How one member finds the panel's door; `way` is how they would come in, `state` what they meet there.

    States: "in", "closed", "waiting" (for staff), "resting" (answers did not fit), "by_invitation",
    "not_meant" (by the segment), "full" (no place is free for them), and "open" with `questions` to answer.
    """

    state: str
    way: str
    questions: Sequence[ScreenerQuestion]
    segment_words: str
    free_count: int
    place_count: int
    message: str


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


def get_door(view: PanelView, member: Member | None) -> Door:
    """What the member meets at the panel's door; visitors meet it as somebody who could be anyone."""
    panel = view.panel
    questions, cells = list_questions(panel), list_cells(panel)
    request = find_last_request(member, panel) if member is not None else None
    invitation = find_invitation_of(member, panel) if member is not None else None
    rule = panel.segment.rule if panel.admission == "segment" and panel.segment is not None else None
    vocabulary = get_vocabulary() if rule is not None or cells else None
    words = ""
    if rule is not None and vocabulary is not None and criteria.is_understood(rule, vocabulary):
        words = words_for(member, rule, vocabulary)
    way = panel.admission
    if invitation is not None:
        way = "invited"
    elif policy.was_taken_out(view.membership):
        way = "request"

    return Door(
        state=_state(view, member, way, request, questions, rule, cells, vocabulary),
        way=way,
        questions=questions,
        segment_words=words,
        free_count=sum(max(0, cell.target_count - cell.filled_count) for cell in cells),
        place_count=sum(cell.target_count for cell in cells),
        message=request.message if request is not None and request.state == "refused" else "",
    )


def _state(
    view: PanelView,
    member: Member | None,
    way: str,
    request: JoinRequest | None,
    questions: Sequence[ScreenerQuestion],
    rule: Rule | None,
    cells: Sequence[QuotaCell],
    vocabulary: Vocabulary | None,
) -> str:
    if view.is_member:
        return "in"
    if view.panel.archived_at is not None:
        return "closed"
    if way == "invitation":
        return "by_invitation"
    if member is None:
        return "open"
    if way != "invited" and request is not None and request.state == "waiting":
        return "waiting"
    if way != "invited" and questions and screening.rests(request):
        return "resting"
    if way == "segment" and not (rule and vocabulary and is_meant(member, rule, vocabulary)):
        return "not_meant"
    if cells and vocabulary and not _has_free_place(member, cells, vocabulary):
        return "full"
    return "open"


def _has_free_place(member: Member, cells: Sequence[QuotaCell], vocabulary: Vocabulary) -> bool:
    fits = are_meant(member, [cell.rule for cell in cells], vocabulary)
    return any(
        is_fitting and cell.filled_count < cell.target_count
        for is_fitting, cell in zip(fits, cells, strict=True)
    )
