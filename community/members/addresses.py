"""What counts as an e-mail address, and when two are the same."""

import re
import unicodedata

from flask_babel import lazy_gettext as _l

from community.infra.errors import Invalid

LONGEST = 254
_ATOM = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
_LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
_ADDRESS = re.compile(rf"(?=.{{1,64}}@){_ATOM}(?:\.{_ATOM})*@(?:{_LABEL}\.)+(?!\d+\Z){_LABEL}")


def clean_email(text: str) -> str:
    """The address as mail servers write it; Invalid if it is none. Full-width letters become plain ones."""
    text = unicodedata.normalize("NFKC", text).strip()
    if len(text) > LONGEST or not _ADDRESS.fullmatch(text):
        raise Invalid(_l("Please write your e-mail address like name@example.org."), field="email")
    return text


def fold(email: str) -> str:
    """The form in which addresses are compared."""
    return unicodedata.normalize("NFKC", email).strip().casefold()[:LONGEST]
