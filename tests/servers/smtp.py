"""A mail server of the tests' own: it keeps what it is sent, refuses or keeps silent, as it is told."""

import asyncio
import socket
import time
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session


@dataclass(frozen=True)
class Mail:
    """One mail as it arrived: who the envelope names, and what is inside."""

    sender: str
    recipients: tuple[str, ...]
    message: EmailMessage


class SmtpServer:
    """A running server; `mails` is what it accepted, in order."""

    def __init__(self) -> None:
        self.mails: list[Mail] = []
        self._refusal: str | None = None
        self._silent = self.is_holding = False
        # To whom the mail is at which it hangs up.
        self._hangs_up_at: str | None = None
        self._listener = Listener(self)
        self._listener.start()

    @property
    def url(self) -> str:
        """The address, as `MAIL_URL` wants it."""
        return f"smtp://127.0.0.1:{self._listener.port}"

    def accept(self) -> None:
        """Takes mails again, as from the start."""
        self._refusal, self._silent, self._hangs_up_at = None, False, None

    def refuse(self, answer: str = "451 4.3.0 Try again later") -> None:
        """Turns every mail away with this answer; one that begins with 5 is for good."""
        self._refusal = answer

    def hang(self) -> None:
        """Takes a mail and never says whether it did; `is_holding` says that one has come since."""
        self._silent, self.is_holding = True, False

    def hang_up_once(self, *, to: str = "") -> None:
        """Takes the next mail to an address that begins so, and hangs up before it has said so."""
        self._hangs_up_at = to

    def empty(self) -> None:
        """Forgets the mails that came and takes new ones."""
        self.mails.clear()
        self.accept()

    def wait_for(self, count: int, *, seconds: float = 60) -> list[Mail]:
        """The mails, once there are this many; an error when they do not come in time."""
        deadline = time.monotonic() + seconds
        while len(self.mails) < count:
            if time.monotonic() > deadline:
                raise AssertionError(f"{len(self.mails)} of {count} mails came in {seconds} seconds")
            time.sleep(0.01)
        return list(self.mails)

    def stop(self) -> None:
        """Ends the server, whatever it is doing."""
        if not self._listener.loop.is_closed():
            self._listener.stop(no_assert=True)

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        """Called by aiosmtpd when a mail has come in full."""
        if self._silent:
            self.is_holding = True
            await asyncio.Event().wait()
        if self._refusal:
            return self._refusal
        # Lines end with CRLF on the wire; whoever reads the text expects them as they were written.
        lines = (envelope.original_content or b"").replace(b"\r\n", b"\n")
        message = message_from_bytes(lines, policy=policy.default)
        assert isinstance(message, EmailMessage)
        self.mails.append(Mail(envelope.mail_from or "", tuple(envelope.rcpt_tos), message))
        if self._hangs_up_at is not None and envelope.rcpt_tos[0].startswith(self._hangs_up_at):
            self._hangs_up_at = None
            server.transport.abort()
        return "250 2.0.0 Taken"


class Listener(Controller):
    """Listens on a port that the system picks, so that two test runs never want the same."""

    def __init__(self, handler: object, **options: Any) -> None:
        self._socket = socket.create_server(("127.0.0.1", 0))
        port = self._socket.getsockname()[1]
        # Its own patience of five seconds is too little for a busy machine.
        options.setdefault("ready_timeout", 120)
        super().__init__(handler, hostname="127.0.0.1", port=port, decode_data=False, **options)

    def _create_server(self) -> Any:
        return self.loop.create_server(self._factory_invoker, sock=self._socket)
