"""Outgoing mail: written as a row in the transaction that causes it, sent by the worker."""

import email.policy
import logging
import smtplib
from datetime import timedelta
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime, make_msgid, parseaddr
from pathlib import Path
from urllib.parse import unquote, urlsplit

from flask import current_app, render_template
from flask_babel import force_locale
from sqlalchemy import Index, String, Text, delete, select, text
from sqlalchemy.orm import Mapped, mapped_column

from community.infra import clock, jobs
from community.infra.db import Base, Id, Moment, UtcDateTime, after_commit, db, one_of, unit_of_work, word

logger = logging.getLogger(__name__)

PAUSES = (60, 300, 1800, 7200, 18000, 43200, 86400)
LEASE_SECONDS = 120
TIMEOUT_SECONDS = 30
KEPT_FOR = timedelta(days=30)
STATES = ("waiting", "sent", "failed")


class OutgoingMail(Base):
    """One mail to one address; `message_id` stays the same over all tries to send it."""

    __tablename__ = "outgoing_mails"
    __table_args__ = (
        one_of("state", STATES),
        Index(
            "ix_outgoing_mails_waiting",
            "due_at",
            sqlite_where=text("state = 'waiting'"),
            postgresql_where=text("state = 'waiting'"),
        ),
    )

    id: Mapped[Id]
    message_id: Mapped[str] = mapped_column(String(200), unique=True)
    to_address: Mapped[str] = mapped_column(String(254))
    to_name: Mapped[str] = mapped_column(String(100), default="")
    locale: Mapped[str] = word(10)
    subject: Mapped[str] = mapped_column(String(300))
    body: Mapped[str] = mapped_column(Text)
    # The same for programs that show HTML; "" if there is only plain text.
    html: Mapped[str] = mapped_column(Text, default="", server_default=text("''"))
    state: Mapped[str] = word(default="waiting")
    attempts: Mapped[int] = mapped_column(default=0)
    error: Mapped[str] = mapped_column(Text, default="")
    created_at: Mapped[Moment] = mapped_column(default=clock.now)
    due_at: Mapped[Moment] = mapped_column(default=clock.now)
    sent_at: Mapped[Moment | None] = mapped_column(UtcDateTime())
    # Where one click ends mails of this kind, for mail programs that offer it (RFC 8058).
    stop_url: Mapped[str] = mapped_column(String(500), default="", server_default=text("''"))


def post(
    template: str, *, to: str, name: str, locale: str, stop_url: str = "", **values: object
) -> OutgoingMail:
    """Write a mail from `emails/<template>.txt` (first line the subject) in the reader's language."""
    with force_locale(locale):
        written = render_template(f"emails/{template}.txt", name=name, stop_url=stop_url, **values)
    subject, _, body = written.strip().partition("\n")
    domain = urlsplit(current_app.config["BASE_URL"]).hostname or "localhost"
    with unit_of_work() as session:
        mail = OutgoingMail(
            message_id=make_msgid(domain=domain),
            to_address=to,
            to_name=name,
            locale=locale,
            subject=" ".join(subject.split()),
            body=body.strip() + "\n",
            stop_url=stop_url,
        )
        session.add(mail)
        after_commit(jobs.wake)
    return mail


def send_due() -> int:
    """Send the mails that are due and say how many were tried."""
    tried = 0
    while (mail := _take()) is not None:
        tried += 1
        try:
            _deliver(mail)
        except (OSError, smtplib.SMTPException, ValueError) as error:
            _note_failure(mail.id, error)
        else:
            _note_sent(mail.id)
    return tried


def tidy() -> None:
    """Forget mails that left, or never could, long ago: they hold addresses."""
    with unit_of_work() as session:
        session.execute(
            delete(OutgoingMail).where(
                OutgoingMail.state != "waiting", OutgoingMail.created_at < clock.now() - KEPT_FOR
            )
        )


def is_kept_in_folder() -> bool:
    """Whether mail is kept on this machine for staff to read instead of being sent."""
    return str(current_app.config["MAIL_URL"]).startswith("folder:")


def _take() -> OutgoingMail | None:
    now = clock.now()
    due = (OutgoingMail.state == "waiting", OutgoingMail.due_at <= now)
    if db.session.scalar(select(OutgoingMail.id).where(*due).limit(1)) is None:
        return None
    with unit_of_work() as session:
        mail = session.scalar(
            select(OutgoingMail)
            .where(*due)
            .order_by(OutgoingMail.due_at)
            .limit(1)
            .with_for_update(skip_locked=True)
        )
        if mail is None:
            return None
        mail.attempts += 1
        # If this worker dies while it sends, another one takes over when the lease ends.
        mail.due_at = now + timedelta(seconds=LEASE_SECONDS)
    return mail


def _note_sent(mail_id: int) -> None:
    with unit_of_work() as session:
        mail = session.get_one(OutgoingMail, mail_id)
        mail.state, mail.sent_at, mail.error = "sent", clock.now(), ""
        if not is_kept_in_folder():
            # The text may hold a link that opens an account: it is not kept once it has left.
            mail.body = ""


def _note_failure(mail_id: int, error: Exception) -> None:
    with unit_of_work() as session:
        mail = session.get_one(OutgoingMail, mail_id)
        mail.error = f"{type(error).__name__}: {error}"[:500]
        if _is_final(error) or mail.attempts > len(PAUSES):
            mail.state = "failed"
            mail.body = ""
        else:
            mail.due_at = clock.ahead(seconds=PAUSES[mail.attempts - 1])
    logger.warning("mail %s was not sent: %s", mail_id, type(error).__name__)


def _is_final(error: Exception) -> bool:
    if isinstance(error, smtplib.SMTPDataError):
        return error.smtp_code >= 500
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return all(code >= 500 for code, _text in error.recipients.values())
    # What cannot be put into a mail today cannot be tomorrow.
    return isinstance(error, ValueError)


def _deliver(mail: OutgoingMail) -> None:
    target = str(current_app.config["MAIL_URL"])
    message = _compose(mail)
    if target.startswith("folder:"):
        _keep(message, Path(target.removeprefix("folder:")), mail.id)
    else:
        _send(message, target)


class _Policy(email.policy.EmailPolicy):
    """As mail is written, but an address that is longer than a line stays an address.

    Python would encode it as words, which no mail program reads there.
    """

    def fold(self, name: str, value: str) -> str:
        if name == "List-Unsubscribe":
            return f"{name}: {value}{self.linesep}"
        return str(super().fold(name, value))

    def fold_binary(self, name: str, value: str) -> bytes:
        if name == "List-Unsubscribe":
            return self.fold(name, value).encode("ascii")
        return bytes(super().fold_binary(name, value))


_POLICY = _Policy(linesep="\r\n")


def _compose(mail: OutgoingMail) -> EmailMessage:
    sender_name, sender = parseaddr(current_app.config["MAIL_FROM"])
    message = EmailMessage(policy=_POLICY)
    message["Message-ID"] = mail.message_id
    message["Date"] = format_datetime(mail.created_at)
    message["From"] = Address(sender_name, addr_spec=sender)
    message["To"] = Address(mail.to_name, addr_spec=mail.to_address)
    message["Subject"] = mail.subject
    message["Content-Language"] = mail.locale.replace("_", "-")
    message["Auto-Submitted"] = "auto-generated"
    if mail.stop_url:
        message["List-Unsubscribe"] = f"<{mail.stop_url}>"
        message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    # In a folder it is read by people and scripts, who should find a link in one piece.
    message.set_content(mail.body, cte="8bit" if is_kept_in_folder() else None)
    return message


def _keep(message: EmailMessage, folder: Path, number: int) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{number:06d}.eml").write_bytes(message.as_bytes())


def _send(message: EmailMessage, url: str) -> None:
    parts = urlsplit(url)
    host = parts.hostname or "localhost"
    if parts.scheme == "smtps":
        server: smtplib.SMTP = smtplib.SMTP_SSL(host, parts.port or 465, timeout=TIMEOUT_SECONDS)
    else:
        server = smtplib.SMTP(host, parts.port or 25, timeout=TIMEOUT_SECONDS)
    with server:
        server.ehlo()
        if parts.scheme != "smtps" and server.has_extn("starttls"):
            server.starttls()
            server.ehlo()
        if parts.username:
            server.login(unquote(parts.username), unquote(parts.password or ""))
        server.send_message(message)
