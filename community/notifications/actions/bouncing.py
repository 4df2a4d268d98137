"""Mail that came back: what a delivery report says ends mail to an address, if it is about mail of ours."""

from community.infra import bounces
from community.infra.mail import find_sent
from community.members.actions import stop_mail_to


def take_report(raw: bytes) -> list[str]:
    """Stop mail to the addresses that a report gives up for good, and return them.

    A report counts only with the id of a mail that we sent lately: anybody can write a report.
    """
    given_up = []
    for failure in bounces.read_report(raw):
        # Where that mail went, whatever the report says: it may have been passed on.
        mail = find_sent(failure.message_id)
        if mail is not None and mail.to_address not in given_up:
            stop_mail_to(mail.to_address, f"{failure.status} {failure.said}")
            given_up.append(mail.to_address)
    return given_up
