"""Outgoing mail: written as a row in the transaction that causes it, sent by the worker."""

import email.policy
import logging
import re
import smtplib
import ssl
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime, make_msgid, parseaddr
from pathlib import Path
from typing import NamedTuple
from urllib.parse import unquote, urlsplit

from flask import Flask, current_app, render_template
from jinja2 import TemplateNotFound
from sqlalchemy import Index, String, Text, delete, exists, select, text, update
from sqlalchemy.orm import Mapped, aliased, mapped_column

from community.infra import bounces, clock, jobs, language, logs
from community.infra.db import Base, Id, Moment, UtcDateTime, after_commit, db, one_of, unit_of_work, word

logger = logging.getLogger(__name__)

# Between the tries of one mail; then it is given up.
PAUSES = (60, 300, 1800, 7200, 18000, 43200, 86400)
# While the server is not to be reached at all, one mail knocks at the door and the others wait. Shorter than
# a lease, so that no mail overtakes an earlier one to the same address.
KNOCKS_EVERY = timedelta(minutes=1)
KNOCKS_FOR = timedelta(days=5)
# Handing a mail over takes about ten commands: none is still under way when another worker may take it.
LEASE_SECONDS = 300
TIMEOUT_SECONDS = 20
KEPT_FOR = timedelta(days=30)
STATES = ("waiting", "sent", "failed")
_EMPTY_LINES = re.compile(r"\n\s*\n")


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
        Index(
            "ix_outgoing_mails_failed",
            "created_at",
            sqlite_where=text("state = 'failed'"),
            postgresql_where=text("state = 'failed'"),
        ),
        # Whether an earlier one to the same address waits, is asked for each mail.
        Index(
            "ix_outgoing_mails_waiting_to",
            "to_address",
            "id",
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


class Written(NamedTuple):
    """What a mail says, in plain text and, if it has any, in HTML."""

    subject: str
    body: str
    html: str


class ServerAway(Exception):
    """No mail can be handed over at the moment, whatever mail it is."""


_sending = threading.Lock()

# The address that a server does not know, and what it said.
Refused = Callable[[str, str], None]


def use_refusals(app: Flask, function: Refused) -> None:
    """Tell the app what to do with an address to which nothing can be delivered."""
    app.extensions["mail_refused"] = function


def post(
    template: str,
    *,
    to: str,
    name: str,
    locale: str,
    zone: str = "UTC",
    stop_url: str = "",
    not_before: datetime | None = None,
    **values: object,
) -> OutgoingMail:
    """Write a mail from `emails/<template>.txt` (first line the subject) in the reader's language.

    If there is an `emails/<template>.html`, it is written from that too, for programs that show HTML.
    """
    written = write(template, locale=locale, zone=zone, name=name, stop_url=stop_url, **values)
    return post_written(written, to=to, name=name, locale=locale, stop_url=stop_url, not_before=not_before)


def post_written(
    written: Written,
    *,
    to: str,
    name: str,
    locale: str,
    stop_url: str = "",
    not_before: datetime | None = None,
) -> OutgoingMail:
    """Put a mail that is written already on its way: while it is put into words, nobody has to wait."""
    domain = urlsplit(current_app.config["BASE_URL"]).hostname or "localhost"
    with unit_of_work() as session:
        mail = OutgoingMail(
            # With the number of the request that caused it: a mail leads to the line in the log.
            message_id=make_msgid(logs.request_id() or None, domain=domain),
            to_address=to,
            to_name=name,
            locale=locale,
            subject=written.subject,
            body=written.body,
            html=written.html,
            stop_url=stop_url,
            due_at=not_before or clock.now(),
        )
        session.add(mail)
        after_commit(jobs.wake)
    return mail


def write(template: str, *, locale: str, zone: str, **values: object) -> Written:
    """What a mail says, without sending it to anybody."""
    with language.writing_to(locale, zone):
        plain = render_template(f"emails/{template}.txt", **values)
        subject, _, body = plain.strip().partition("\n")
        html = _html(template, {**values, "subject": subject})
    # Loops and conditions of templates leave empty lines behind.
    return Written(" ".join(subject.split()), _EMPTY_LINES.sub("\n\n", body).strip() + "\n", html)


def send_due() -> int:
    """Send the mails that are due and say how many were tried."""
    # One at a time: a server that lets us wait must not keep all of a worker's threads from other work.
    if not _sending.acquire(blocking=False):
        return 0
    try:
        return _send_due()
    finally:
        _sending.release()


def mind_the_clock() -> None:
    """Send what waits for a time that only a clock which was ahead has ever shown."""
    now = clock.now()
    was_written_later = OutgoingMail.created_at > now + timedelta(minutes=1)
    was_tried_later = (OutgoingMail.attempts > 0) & (
        OutgoingMail.due_at > now + timedelta(seconds=max(PAUSES) + 60)
    )
    with unit_of_work() as session:
        session.execute(
            update(OutgoingMail)
            .where(OutgoingMail.state == "waiting", was_written_later | was_tried_later)
            .values(due_at=now)
            .execution_options(synchronize_session=False)
        )


def _send_due() -> int:
    tried = 0
    while (mail := _take()) is not None:
        tried += 1
        began = time.monotonic()
        try:
            _deliver(mail)
        except ServerAway as error:
            _note_away(mail.id, error)
        except (OSError, smtplib.SMTPException, ValueError) as error:
            _note_failure(mail.id, error)
            if time.monotonic() - began >= TIMEOUT_SECONDS:
                # It keeps silent: each of the others would wait for it as long.
                with unit_of_work():
                    _let_others_wait()
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


def find_sent(message_id: str) -> OutgoingMail | None:
    """The mail that was handed over with this id, as long as it is remembered."""
    return db.session.scalar(
        select(OutgoingMail).where(OutgoingMail.message_id == message_id, OutgoingMail.state == "sent")
    )


class Tried(NamedTuple):
    """How a mail server received us: over TLS or not, and what it says to our sender."""

    is_encrypted: bool
    takes_sender: bool
    said: str


def try_server() -> Tried:
    """Go to the mail server as if with a mail, and leave again; ServerAway if there is none."""
    sender = parseaddr(current_app.config["MAIL_FROM"])[1]
    server = _reach(current_app.config["MAIL_URL"])
    with suppress(OSError, smtplib.SMTPException), server:
        is_encrypted = isinstance(server.sock, ssl.SSLSocket)
        code, said = server.mail(sender)
        return Tried(is_encrypted, code == 250, f"{code} {said.decode(errors='replace')}")
    raise ServerAway("it hung up")


def is_kept_in_folder() -> bool:
    """Whether mail is kept on this machine for staff to read instead of being sent."""
    return str(current_app.config["MAIL_URL"]).startswith("folder:")


def _html(template: str, values: dict[str, object]) -> str:
    try:
        return render_template(f"emails/{template}.html", **values).strip() + "\n"
    except TemplateNotFound as missing:
        if missing.name != f"emails/{template}.html":
            raise
        return ""


def _take() -> OutgoingMail | None:
    now = clock.now()
    earlier = aliased(OutgoingMail)
    # Nobody gets the second of two mails first, from two workers or after a pause.
    is_behind_another = exists().where(
        earlier.state == "waiting",
        earlier.due_at <= now + timedelta(seconds=LEASE_SECONDS),
        earlier.to_address == OutgoingMail.to_address,
        earlier.id < OutgoingMail.id,
    )
    due = (OutgoingMail.state == "waiting", OutgoingMail.due_at <= now, ~is_behind_another)
    if db.session.scalar(select(OutgoingMail.id).where(*due).limit(1)) is None:
        return None
    with unit_of_work() as session:
        mail = session.scalar(
            select(OutgoingMail)
            .where(*due)
            .order_by(OutgoingMail.due_at, OutgoingMail.id)
            .limit(1)
            .with_for_update(skip_locked=True, of=OutgoingMail)
        )
        if mail is None:
            return None
        mail.attempts += 1
        # If this worker dies while it sends, another one takes over when the lease ends.
        mail.due_at = now + timedelta(seconds=LEASE_SECONDS)
    return mail


def _note_sent(mail_id: int) -> None:
    with unit_of_work() as session:
        mail = session.get(OutgoingMail, mail_id)
        if mail is None:
            # Whom it was for was forgotten meanwhile.
            return
        mail.state, mail.sent_at, mail.error = "sent", clock.now(), ""
        if not is_kept_in_folder():
            _forget_words(mail)


def _note_away(mail_id: int, error: ServerAway) -> None:
    """Nothing is wrong with the mail: the try does not count, and those behind it need not try as well."""
    now = clock.now()
    with unit_of_work() as session:
        mail = session.get(OutgoingMail, mail_id)
        if mail is not None:
            mail.attempts -= 1
            mail.error = str(error)[:500]
            if mail.created_at < now - KNOCKS_FOR:
                mail.state = "failed"
                _forget_words(mail)
            else:
                mail.due_at = now + KNOCKS_EVERY
            session.flush()
        _let_others_wait()
    logger.warning("the mail server is not to be reached: %s", error)


def _let_others_wait() -> None:
    now = clock.now()
    waits = (OutgoingMail.state == "waiting", OutgoingMail.due_at <= now)
    db.session.execute(update(OutgoingMail).where(*waits).values(due_at=now + KNOCKS_EVERY))


def _note_failure(mail_id: int, error: Exception) -> None:
    with unit_of_work() as session:
        mail = session.get(OutgoingMail, mail_id)
        if mail is None:
            return
        mail.error = f"{type(error).__name__}: {error}"[:500]
        if _is_final(error) or mail.attempts > len(PAUSES):
            mail.state = "failed"
            _forget_words(mail)
        else:
            mail.due_at = clock.ahead(seconds=PAUSES[mail.attempts - 1])
        answer = _answer(error)
        if answer is not None and bounces.is_about_address(*answer):
            current_app.extensions["mail_refused"](mail.to_address, mail.error)
    logger.warning("mail %s was not sent: %s", mail_id, type(error).__name__)


def _forget_words(mail: OutgoingMail) -> None:
    """The text may hold a link that opens an account: it is not kept once it has left, or never will."""
    mail.body = mail.html = ""
    if mail.stop_url:
        # Notices begin with who did what: names and titles of people who may want to be forgotten one day.
        mail.subject = ""


def _is_final(error: Exception) -> bool:
    if isinstance(error, smtplib.SMTPDataError):
        return error.smtp_code >= 500
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return all(code >= 500 for code, _text in error.recipients.values())
    # What cannot be put into a mail today cannot be tomorrow.
    return isinstance(error, ValueError)


def _answer(error: Exception) -> tuple[int, str] | None:
    """What the server answered to this mail, if it answered."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return _in_words(*next(iter(error.recipients.values())))
    if isinstance(error, smtplib.SMTPDataError):
        return _in_words(error.smtp_code, error.smtp_error)
    return None


def _in_words(code: int, said: bytes | str) -> tuple[int, str]:
    return code, said.decode(errors="replace") if isinstance(said, bytes) else said


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
    # So that nobody's absence note or mail robot answers: two of them would go on for ever.
    message["Auto-Submitted"] = "auto-generated"
    message["X-Auto-Response-Suppress"] = "All"
    if mail.stop_url:
        message["List-Unsubscribe"] = f"<{mail.stop_url}>"
        message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    # In a folder it is read by people and scripts, who should find a link in one piece.
    encoding = "8bit" if is_kept_in_folder() else None
    message.set_content(mail.body, cte=encoding)
    if mail.html:
        message.add_alternative(mail.html, subtype="html", cte=encoding)
    return message


def _keep(message: EmailMessage, folder: Path, number: int) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{number:06d}.eml").write_bytes(message.as_bytes())


def _send(message: EmailMessage, url: str) -> None:
    server = _reach(url)
    try:
        server.send_message(message)
    except BaseException:
        server.close()
        raise
    # It has been taken; that the server does not say good-bye changes nothing.
    with suppress(OSError, smtplib.SMTPException):
        server.quit()


def _reach(url: str) -> smtplib.SMTP:
    try:
        return _connect(url)
    except (OSError, smtplib.SMTPException, ValueError) as error:
        # Also a port that is no number, or a host or password that cannot be said: no mail is to blame.
        raise ServerAway(f"{type(error).__name__}: {error}") from error


def _connect(url: str) -> smtplib.SMTP:
    parts = urlsplit(url)
    host = parts.hostname or "localhost"
    # Whoever is told a password has to be who they say; without one, unproven TLS is better than none.
    context = ssl.create_default_context() if parts.username else None
    if parts.scheme == "smtps":
        context = context or ssl.create_default_context()
        server: smtplib.SMTP = smtplib.SMTP_SSL(
            host, parts.port or 465, timeout=TIMEOUT_SECONDS, context=context
        )
    else:
        server = smtplib.SMTP(host, parts.port or 25, timeout=TIMEOUT_SECONDS)
    try:
        server.ehlo()
        if parts.scheme != "smtps" and server.has_extn("starttls"):
            server.starttls(context=context)
            server.ehlo()
        if parts.username:
            if not isinstance(server.sock, ssl.SSLSocket) and host not in ("localhost", "127.0.0.1", "::1"):
                raise smtplib.SMTPNotSupportedError("it has no STARTTLS, and a password is not sent in clear")
            server.login(unquote(parts.username), unquote(parts.password or ""))
    except BaseException:
        server.close()
        raise
    return server
