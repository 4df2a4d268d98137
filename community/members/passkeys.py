"""Passkeys (WebAuthn): what a browser is asked for, and whether what it answers is right.

The site is known to devices by the host in BASE_URL; passkeys of one host are of no use under another.
"""

import ipaddress
import json
import secrets
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import urlsplit

from flask import current_app

from community.infra import language
from community.members.models import Member, Passkey

if TYPE_CHECKING:
    from webauthn.helpers.structs import PublicKeyCredentialDescriptor

NAME_MOST = 60
TIMEOUT_MS = 120_000
# Longer than any browser's answer; what is more is not read.
ANSWER_MOST = 20_000


class NewKey(NamedTuple):
    """What a device has made for a member."""

    credential_id: str
    public_key: str
    sign_count: int
    transports: str


class NotProved(Exception):
    """What a browser answered does not show that it holds the key."""


def are_possible() -> bool:
    """Whether devices make passkeys for this site: for names and with https, or on one's own machine."""
    parts = urlsplit(current_app.config["BASE_URL"])
    host = parts.hostname or ""
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return parts.scheme == "https" or host == "localhost"
    return False


def new_challenge() -> str:
    """What a device has to sign, in base64url."""
    return secrets.token_urlsafe(32)


def new_handle() -> str:
    """What devices know an account by: chance alone, so that it says nothing about the member."""
    return secrets.token_urlsafe(48)


def options_to_add(
    member: Member, *, known: Sequence[Passkey], handle: str, challenge: str
) -> dict[str, Any]:
    """What the browser is asked for when a passkey is to be made."""
    import webauthn
    from webauthn.helpers.structs import (
        AuthenticatorSelectionCriteria,
        ResidentKeyRequirement,
        UserVerificationRequirement,
    )

    options = webauthn.generate_registration_options(
        rp_id=_host(),
        rp_name=language.site_name(),
        user_id=_bytes(handle),
        user_name=member.address or member.display_name,
        user_display_name=member.display_name,
        challenge=_bytes(challenge),
        timeout=TIMEOUT_MS,
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.REQUIRED,
            user_verification=UserVerificationRequirement.REQUIRED,
        ),
        exclude_credentials=_named(known),
    )
    return _as_data(options)


def options_to_use(known: Sequence[Passkey], *, challenge: str) -> dict[str, Any]:
    """What the browser is asked for when a passkey is to open something; any one if none are named."""
    import webauthn
    from webauthn.helpers.structs import UserVerificationRequirement

    options = webauthn.generate_authentication_options(
        rp_id=_host(),
        challenge=_bytes(challenge),
        timeout=TIMEOUT_MS,
        allow_credentials=_named(known),
        user_verification=UserVerificationRequirement.REQUIRED,
    )
    return _as_data(options)


def read_new(answer: str, *, challenge: str) -> NewKey:
    """The key that a device made for this challenge; NotProved if anything about it is wrong."""
    import webauthn
    from webauthn.helpers import bytes_to_base64url
    from webauthn.helpers.exceptions import WebAuthnException

    said = _parse(answer)
    try:
        made = webauthn.verify_registration_response(
            credential=said,
            expected_challenge=_bytes(challenge),
            expected_rp_id=_host(),
            expected_origin=_origin(),
            require_user_verification=True,
        )
    except (WebAuthnException, ValueError, KeyError, TypeError, AttributeError) as error:
        raise NotProved(str(error)) from None
    ways = said.get("response", {}).get("transports") or []
    return NewKey(
        bytes_to_base64url(made.credential_id),
        bytes_to_base64url(made.credential_public_key),
        made.sign_count,
        ",".join(way for way in ways if isinstance(way, str) and way.isascii())[:100],
    )


def id_in(answer: str) -> str:
    """Which key an answer names; NotProved if none."""
    from webauthn.helpers import base64url_to_bytes, bytes_to_base64url

    named = str(_parse(answer).get("rawId") or "")
    try:
        return bytes_to_base64url(base64url_to_bytes(named))
    except (ValueError, TypeError, AttributeError):
        raise NotProved("it names no key") from None


def new_count(answer: str, passkey: Passkey, *, challenge: str) -> int:
    """How often the key has signed by now; NotProved if it has not signed this challenge."""
    import webauthn
    from webauthn.helpers.exceptions import WebAuthnException

    try:
        proved = webauthn.verify_authentication_response(
            credential=_parse(answer),
            expected_challenge=_bytes(challenge),
            expected_rp_id=_host(),
            expected_origin=_origin(),
            credential_public_key=_bytes(passkey.public_key),
            credential_current_sign_count=passkey.sign_count,
            require_user_verification=True,
        )
    except (WebAuthnException, ValueError, KeyError, TypeError, AttributeError) as error:
        raise NotProved(str(error)) from None
    return proved.new_sign_count


def _host() -> str:
    return urlsplit(current_app.config["BASE_URL"]).hostname or ""


def _origin() -> str:
    parts = urlsplit(current_app.config["BASE_URL"])
    return f"{parts.scheme}://{parts.netloc}"


def _parse(answer: str) -> dict[str, Any]:
    try:
        said = json.loads(answer) if len(answer) <= ANSWER_MOST else None
    except (ValueError, RecursionError):
        said = None
    if not isinstance(said, dict):
        raise NotProved("it is no answer of a browser")
    return said


def _named(known: Sequence[Passkey]) -> "list[PublicKeyCredentialDescriptor]":
    from webauthn.helpers.structs import AuthenticatorTransport, PublicKeyCredentialDescriptor

    ways = {way.value: way for way in AuthenticatorTransport}
    return [
        PublicKeyCredentialDescriptor(
            id=_bytes(each.credential_id),
            transports=[ways[way] for way in each.transports.split(",") if way in ways] or None,
        )
        for each in known
    ]


def _bytes(text: str) -> bytes:
    from webauthn.helpers import base64url_to_bytes

    return base64url_to_bytes(text)


def _as_data(options: Any) -> dict[str, Any]:
    from webauthn import options_to_json

    data: dict[str, Any] = json.loads(options_to_json(options))
    return data
