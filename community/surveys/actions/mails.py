"""Wanting invitations by mail, or not; the inbox has them either way."""

from flask import current_app
from itsdangerous import BadSignature, URLSafeSerializer

from community.infra import clock
from community.infra.db import db, insert_new, lock, unit_of_work
from community.infra.errors import NotFound
from community.members.models import Member
from community.surveys.models import SurveyMailRefusal


def stop_url(member_id: int) -> str:
    """The address in a mail with which its reader ends such mails, without signing in."""
    return f"{current_app.config['BASE_URL']}/surveys/mail/{_signer().dumps(member_id)}"


def member_of(token: str) -> Member:
    """Whose mails this link ends; NotFound for a link that we have not written. It works for good."""
    try:
        member_id = _signer().loads(token)
    except BadSignature:
        raise NotFound() from None
    member = db.session.get(Member, member_id)
    if member is None or member.state == "erased":
        raise NotFound()
    return member


def stop_mail(member: Member) -> None:
    """Send the member no invitations by mail from now on."""
    with unit_of_work():
        insert_new(SurveyMailRefusal, [{"member_id": member.id, "refused_at": clock.now()}])


def start_mail(member: Member) -> None:
    """Send the member invitations by mail again."""
    with unit_of_work() as session:
        locked = lock(Member, member.id)
        refusal = session.get(SurveyMailRefusal, locked.id)
        if refusal is not None:
            session.delete(refusal)


def _signer() -> URLSafeSerializer:
    return URLSafeSerializer(current_app.config["SECRET_KEY"], salt="survey-mail")
