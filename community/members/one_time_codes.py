"""The codes of authenticator apps (RFC 6238): six digits that change every half a minute."""

import hmac
from datetime import datetime

import pyotp

SECONDS = 30
# One step early or late: clocks of telephones go wrong, and typing takes time.
STEPS_OFF = 1


def new_secret() -> str:
    """A fresh secret of 160 bits, as apps take it."""
    return pyotp.random_base32()


def address_of(secret: str, *, account: str, site: str) -> str:
    """What the QR code says to the app."""
    return pyotp.TOTP(secret).provisioning_uri(name=account, issuer_name=site)


def step_of(secret: str, code: str, *, at: datetime, after: int) -> int | None:
    """The step whose code this is, if it is near enough and later than the last one that was used."""
    app, now = pyotp.TOTP(secret, interval=SECONDS), int(at.timestamp()) // SECONDS
    fitting = [
        step
        for step in range(now - STEPS_OFF, now + STEPS_OFF + 1)
        if hmac.compare_digest(app.at(step * SECONDS).encode(), code.encode()) and step > after
    ]
    return max(fitting, default=None)
