"""What servers say about mail that cannot be delivered: in their answers, and in reports (RFC 3464)."""

import re
from collections.abc import Iterator
from email import message_from_bytes, policy
from email.message import EmailMessage, Message
from typing import Any, NamedTuple

LONGEST = 1_000_000

_ENHANCED = re.compile(r"\b([245])\.(\d{1,3})\.(\d{1,3})\b")
# No such mailbox or host, and an account that is no more; a full mailbox, a filter or a policy may pass.
_ADDRESS_SUBJECTS = ("1",)
_ADDRESS_STATUSES = ("5.2.1", "5.4.4")
# What the same is called without an enhanced code.
_ADDRESS_CODES = (550, 551, 553, 556)


class Failure(NamedTuple):
    """One mail that a server reports as undeliverable for good: the mail's id, and what it says."""

    message_id: str
    status: str
    said: str


def is_about_address(code: int, said: str) -> bool:
    """Whether a server's answer says for good that nobody can be reached at the address."""
    if code < 500:
        return False
    found = _ENHANCED.search(said)
    return is_final_status(found.group()) if found else code in _ADDRESS_CODES


def is_final_status(status: str) -> bool:
    """Whether an enhanced status (RFC 3463) says that the address is no good."""
    kind, _, rest = status.partition(".")
    return kind == "5" and (rest.partition(".")[0] in _ADDRESS_SUBJECTS or status in _ADDRESS_STATUSES)


def read_report(raw: bytes) -> list[Failure]:
    """The failures that a delivery report tells of; none if it is no report, or the mail may yet arrive."""
    report = message_from_bytes(raw[:LONGEST], policy=policy.default)
    parts = list(report.walk())
    message_id = next((found for part in parts if (found := _returned_id(part))), "")
    if not message_id:
        return []
    return [
        Failure(message_id, *failed)
        for part in parts
        if part.get_content_type() == "message/delivery-status"
        for failed in _failed(part)
    ]


def _returned_id(part: Message) -> str:
    """The id of the mail that came back, whole or only its head."""
    payload: Any = part.get_payload()
    if part.get_content_type() == "message/rfc822" and isinstance(payload, list) and payload:
        return str(payload[0].get("Message-ID", "")).strip()
    if part.get_content_type() == "text/rfc822-headers" and isinstance(part, EmailMessage):
        head = message_from_bytes(str(part.get_content()).encode(), policy=policy.default)
        return str(head.get("Message-ID", "")).strip()
    return ""


def _failed(part: Message) -> Iterator[tuple[str, str]]:
    payload: Any = part.get_payload()
    for block in payload if isinstance(payload, list) else []:
        status = str(block.get("Status", "")).split(" ")[0].strip()
        if str(block.get("Action", "")).strip().lower() == "failed" and is_final_status(status):
            said = str(block.get("Diagnostic-Code", "")).partition(";")[2] or status
            yield status, " ".join(said.split())[:300]
