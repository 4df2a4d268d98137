"""Which friends count: the code in a member's link, and what makes somebody who came by it active."""

import secrets

# Read aloud and typed in without mistakes: neither 0 and o nor 1, i and l.
ALPHABET = "23456789abcdefghjkmnpqrstuvwxyz"
CODE_LENGTH = 10
# One provider under two names, which delivers a.na@ and ana@ to the same person.
DOTS_DO_NOT_MATTER = ("gmail.com", "googlemail.com")
# One of these has been accepted: then a friend has not only joined.
FIRST_CONTRIBUTIONS = ("idea_accepted", "comment_helpful", "survey_completed")


def new_code() -> str:
    """A code that nobody guesses."""
    return "".join(secrets.choice(ALPHABET) for _place in range(CODE_LENGTH))


def is_one_mailbox(one: str | None, other: str | None) -> bool:
    """Whether two addresses lead to one mailbox as far as their writing tells, like ana@x and ana+b@x."""
    return one is not None and other is not None and _mailbox(one) == _mailbox(other)


def _mailbox(email: str) -> tuple[str, str]:
    name, _at, host = email.casefold().rpartition("@")
    name = name.partition("+")[0]
    if host in DOTS_DO_NOT_MATTER:
        return name.replace(".", ""), DOTS_DO_NOT_MATTER[0]
    return name, host
