"""Would a mail leave, encrypted, with a sender that the server takes?"""

from collections.abc import Iterator
from email.utils import parseaddr
from urllib.parse import urlsplit

from email_validator import EmailNotValidError, validate_email
from flask import current_app

from community.infra import mail
from community.infra.security import LOCAL_HOSTS
from community.operating.queries.doctor.finding import Finding, broken, fine, warning


def check_sender() -> Iterator[Finding]:
    """Whether MAIL_FROM is an address that answers could reach."""
    given = current_app.config["MAIL_FROM"]
    address = parseaddr(given)[1]
    try:
        validate_email(address, check_deliverability=False, test_environment=True)
    except EmailNotValidError:
        is_default = address.endswith("@localhost")
        said = f"Nobody can answer to {address}." if is_default else f"MAIL_FROM {given!r} holds no address."
        state = warning if is_default and mail.is_kept_in_folder() else broken
        yield state(
            "sender", said, "Set MAIL_FROM to an address of yours, as in `Our Panel <panel@example.org>`."
        )
    else:
        yield fine("sender", f"Mails come from {address}.")


def check_server() -> Iterator[Finding]:
    """Whether the mail server takes mail of ours; none is sent."""
    if mail.is_kept_in_folder():
        is_local = urlsplit(current_app.config["BASE_URL"]).hostname in LOCAL_HOSTS
        said = "Mail stays on this machine, in a folder that administrators can read."
        yield (
            fine("mail", said)
            if is_local
            else broken(
                "mail", said, "Set MAIL_URL to your mail server: nobody can confirm an address like this."
            )
        )
        return
    host = urlsplit(current_app.config["MAIL_URL"]).hostname or "localhost"
    try:
        tried = mail.try_server()
    except mail.ServerAway as away:
        yield broken(
            "mail",
            f"{host} is not to be reached: {away}. Mails wait, for up to five days.",
            "Look at the host, port, user and password in MAIL_URL, and at firewalls on the way.",
        )
        return
    if not tried.takes_sender:
        yield broken(
            "mail",
            f"{host} refuses our sender: {tried.said}",
            "Let MAIL_FROM be an address that this user of the server may send from.",
        )
    elif not tried.is_encrypted and host not in LOCAL_HOSTS:
        yield broken(
            "mail",
            f"{host} does not speak TLS: mails, with links that open accounts, can be read on the way.",
            "Use a server that offers STARTTLS on port 587, or smtps:// on port 465.",
        )
    else:
        yield fine("mail", f"{host} takes mail of ours{', encrypted' if tried.is_encrypted else ''}.")
