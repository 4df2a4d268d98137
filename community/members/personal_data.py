"""What is held about a member's account, their profile, their browsers and the mails to them."""

from collections.abc import Mapping
from pathlib import Path

from flask import current_app
from flask_babel import gettext as _
from sqlalchemy import ColumnElement, and_, or_

from community.infra.db import after_commit
from community.infra.language import show_date, show_moment, text_in
from community.infra.mail import OutgoingMail, is_kept_in_folder
from community.infra.own_data import Line, OwnFile, Part, facts_of, filled, lines, remove, rows
from community.members import devices, queries
from community.members.actions.profile import pictures
from community.members.consent import PURPOSES
from community.members.forms import ROLE_LABELS, answers_in_words
from community.members.models import (
    AttributeAnswer,
    Authenticator,
    Consent,
    Member,
    MemberSession,
    OutsideIdentity,
    Passkey,
    RecoveryCode,
    RoleGrant,
    Token,
    UnsentText,
    VisitDay,
)

HOLDS: Mapping[str, str] = {
    "members.id": "emptied",
    "role_grants.member_id": "deleted",
    "role_grants.granted_by_id": "nameless",
    "member_sessions.member_id": "deleted",
    "tokens.member_id": "deleted",
    "unsent_texts.member_id": "deleted",
    "visit_days.member_id": "deleted",
    "consents.member_id": "nameless",
    "attribute_answers.member_id": "deleted",
    "authenticators.member_id": "deleted",
    "passkeys.member_id": "deleted",
    "recovery_codes.member_id": "deleted",
    "outside_identities.member_id": "deleted",
    "outgoing_mails.to_address": "deleted",
}
_OF_THE_ACCOUNT = (
    RoleGrant,
    MemberSession,
    Token,
    UnsentText,
    VisitDay,
    AttributeAnswer,
    Authenticator,
    Passkey,
    RecoveryCode,
    OutsideIdentity,
)
_SECRETS = ("password_hash", "name_folded", "email_folded", "claimed_email_folded")


def export(member: Member) -> Mapping[str, Part]:
    """Account, roles, answers, consents, browsers, days and mails."""
    return filled(
        {
            "account": Part(_("Your account"), [_account(member)]),
            "roles": Part(
                _("What you do here"), lines(rows(RoleGrant, RoleGrant.member_id == member.id), _role)
            ),
            "profile": Part(_("What you told us about yourself"), _answers(member)),
            "consents": Part(_("What you agreed to"), lines(queries.list_consents(member), _consent)),
            "browsers": Part(
                _("Where you signed in"),
                lines(
                    rows(MemberSession, MemberSession.member_id == member.id),
                    _browser,
                    leave_out=("token_hash",),
                ),
            ),
            "keys": Part(_("What opens your account"), _keys(member)),
            "links": Part(
                _("Links sent to you"),
                lines(rows(Token, Token.member_id == member.id), _token, leave_out=("token_hash",)),
            ),
            "unsent": Part(
                _("What you wrote and have not sent"),
                lines(
                    rows(UnsentText, UnsentText.member_id == member.id), _unsent, leave_out=("token_hash",)
                ),
            ),
            "days": Part(
                _("Days on which you were here"), lines(rows(VisitDay, VisitDay.member_id == member.id), _day)
            ),
            "mails": Part(_("Mails to you"), lines(_mails(member), _mail, said="body")),
        }
    )


def files(member: Member) -> list[OwnFile]:
    """The member's picture."""
    if member.picture_key is None:
        return []
    return [OwnFile(f"picture.{member.picture_extension}", pictures().path(member.picture_key))]


def erase(member: Member, *, keeps_texts: bool) -> Mapping[str, int]:
    """Leave nothing of the account but its number; the row is locked by the caller."""
    # While the addresses are known.
    report = {"outgoing_mails": _forget_mails(member)}
    for model in _OF_THE_ACCOUNT:
        report[model.__tablename__] = remove(model, model.member_id == member.id)
    if member.picture_key is not None:
        key = member.picture_key
        after_commit(lambda: pictures().delete(key))
    member.display_name = member.name_folded = member.password_hash = ""
    member.email = member.email_folded = member.claimed_email = member.claimed_email_folded = None
    member.alias = member.picture_key = member.picture_extension = None
    member.locale, member.time_zone = current_app.config["DEFAULT_LOCALE"], "UTC"
    member.quiet_from = member.quiet_until = None
    member.mail_stopped_at, member.mail_stop_reason = None, ""
    member.second_step_since = member.second_step_due_at = None
    member.unread_count, member.state = 0, "erased"
    return report | {"members": 1}


def _account(member: Member) -> Line:
    words = _(
        "You are %(name)s, and have been here since %(date)s. Your address is %(address)s.",
        name=member.display_name,
        date=show_date(member.joined_at),
        address=member.address or "–",
    )
    return Line(words, facts_of(member, leave_out=_SECRETS), path="/me/profile")


def _role(grant: RoleGrant) -> str:
    return str(_("%(role)s, since %(date)s", role=ROLE_LABELS[grant.role], date=show_date(grant.granted_at)))


def _answers(member: Member) -> list[Line]:
    answers = queries.list_answers(member)
    said = [Line(f"{label}: {words}", {}, path="/me/profile") for label, words in answers_in_words(answers)]
    facts = [
        facts_of(answer) | {"question": answer.attribute.key, "in_words": text_in(answer.attribute.label)}
        for answer in answers
    ]
    # Several choices are one line of words and several rows.
    return [
        line._replace(facts={"answers": facts} if number == 0 else {}) for number, line in enumerate(said)
    ]


def _consent(row: Consent) -> str:
    title = PURPOSES[row.purpose].title if row.purpose in PURPOSES else row.purpose
    if row.is_given:
        return str(_("%(purpose)s: yes, on %(date)s", purpose=title, date=show_moment(row.at)))
    return str(_("%(purpose)s: no, on %(date)s", purpose=title, date=show_moment(row.at)))


def _browser(browser: MemberSession) -> str:
    name = " · ".join(part for part in devices.names_of(browser.user_agent) if part)
    return str(
        _(
            "%(browser)s, from the address %(address)s, last on %(date)s",
            browser=name or _("A browser"),
            address=browser.address or "–",
            date=show_moment(browser.last_seen_at),
        )
    )


def _keys(member: Member) -> list[Line]:
    # What is kept of them to recognise them says nothing to anybody else, and shall not lie around in files.
    return [
        *lines(rows(Authenticator, Authenticator.member_id == member.id), _app, leave_out=("sealed_secret",)),
        *lines(
            rows(Passkey, Passkey.member_id == member.id),
            _passkey,
            leave_out=("credential_id", "public_key", "user_handle"),
        ),
        *lines(
            rows(RecoveryCode, RecoveryCode.member_id == member.id), _recovery_code, leave_out=("code_hash",)
        ),
        *lines(rows(OutsideIdentity, OutsideIdentity.member_id == member.id), _identity),
    ]


def _app(app: Authenticator) -> str:
    return str(_("An authenticator app, since %(date)s", date=show_moment(app.begun_at)))


def _passkey(passkey: Passkey) -> str:
    return str(
        _("The passkey “%(name)s”, since %(date)s", name=passkey.name, date=show_moment(passkey.added_at))
    )


def _recovery_code(code: RecoveryCode) -> str:
    if code.used_at is not None:
        return str(_("A recovery code, used on %(date)s", date=show_moment(code.used_at)))
    return str(_("A recovery code, made on %(date)s", date=show_moment(code.made_at)))


def _identity(identity: OutsideIdentity) -> str:
    return str(
        _(
            "%(subject)s at %(issuer)s, since %(date)s",
            subject=identity.subject,
            issuer=identity.issuer,
            date=show_moment(identity.joined_at),
        )
    )


def _token(token: Token) -> str:
    return str(
        _("A link to %(address)s, on %(date)s", address=token.email, date=show_moment(token.created_at))
    )


def _unsent(text: UnsentText) -> str:
    written = "\n\n".join(value for values in text.words.values() for value in values if " " in value)
    return str(_("On %(date)s: %(words)s", date=show_moment(text.written_at), words=written or "–"))


def _day(day: VisitDay) -> str:
    return show_date(day.on)


def _mail(mail: OutgoingMail) -> str:
    return str(
        _("“%(subject)s”, on %(date)s", subject=mail.subject or "–", date=show_moment(mail.created_at))
    )


def _mails(member: Member) -> list[OutgoingMail]:
    return rows(OutgoingMail, _is_to(member))


def _is_to(member: Member) -> ColumnElement[bool]:
    # To a claimed address go only mails without a name; others to it are those of the address's owner.
    own = OutgoingMail.to_address == (member.email or "")
    claimed = and_(OutgoingMail.to_address == (member.claimed_email or ""), OutgoingMail.to_name == "")
    return or_(own, claimed)


def _forget_mails(member: Member) -> int:
    # Mail to an address they had before bears their name. Of a namesake only what has left goes along.
    is_former = and_(OutgoingMail.to_name == member.display_name, OutgoingMail.state != "waiting")
    numbers = [mail.id for mail in rows(OutgoingMail, or_(_is_to(member), is_former))]
    gone = remove(OutgoingMail, OutgoingMail.id.in_(numbers))
    if is_kept_in_folder() and numbers:
        folder = Path(str(current_app.config["MAIL_URL"]).removeprefix("folder:"))
        after_commit(lambda: _remove_kept(folder, numbers))
    return gone


def _remove_kept(folder: Path, numbers: list[int]) -> None:
    for number in numbers:
        (folder / f"{number:06d}.eml").unlink(missing_ok=True)
