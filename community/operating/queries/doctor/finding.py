"""What the doctor says of one thing."""

from typing import NamedTuple


class Finding(NamedTuple):
    """How one thing is: "fine", "warning" or "broken"; `mend` says what to do, "" if nothing."""

    name: str
    state: str
    said: str
    mend: str = ""


def fine(name: str, said: str) -> Finding:
    """All is as it should be."""
    return Finding(name, "fine", said)


def warning(name: str, said: str, mend: str) -> Finding:
    """It works, but should not stay like this."""
    return Finding(name, "warning", said, mend)


def broken(name: str, said: str, mend: str) -> Finding:
    """Something does not work, or stands open."""
    return Finding(name, "broken", said, mend)
