"""The session cookie: one that a former secret signed is signed anew, so that nobody notices a change."""

import time
from typing import Any, NamedTuple

from flask import Flask, Request, Response
from flask.sessions import SecureCookieSession, SecureCookieSessionInterface, SessionMixin
from itsdangerous import BadSignature, SignatureExpired, TimestampSigner, URLSafeTimedSerializer

from community.infra.kept import Shelf

# Cookies that a process remembers to have read, and how long it does: one may grow too old meanwhile.
MOST_KEPT = 2000
KEPT_SECONDS = 3600.0
_FIXED = (str, int, float, bool)


class _PatientSigner(TimestampSigner):
    """Takes what was signed at a time to come for signed now: a clock was set back, or is behind others.

    Whoever had been here in that time would be signed out; how long a session lasts its row says.
    """

    def unsign(
        self,
        signed_value: Any,
        max_age: int | None = None,
        return_timestamp: bool = False,  # noqa: FBT001, FBT002 - as it is called
    ) -> Any:
        """What was signed."""
        value, signed_at = super().unsign(signed_value, return_timestamp=True)
        if max_age is not None and self.get_timestamp() - signed_at.timestamp() > max_age:
            raise SignatureExpired("older than a session lasts", payload=value, date_signed=signed_at)
        return (value, signed_at) if return_timestamp else value


class _Read(NamedTuple):
    """What a cookie says, and until when (`time.monotonic`) that need not be looked at again."""

    said: dict[str, Any]
    until: float


class _Ready(NamedTuple):
    """What signs and reads cookies with these secrets, and those it has read."""

    secrets: tuple[object, ...]
    serializer: URLSafeTimedSerializer | None
    read: Shelf[_Read]


class Sessions(SecureCookieSessionInterface):
    """Flask's signed cookies; the same one comes with every page, so its signature is checked once."""

    def get_signing_serializer(self, app: Flask) -> URLSafeTimedSerializer | None:
        """What signs and reads the cookie; made once, for two are needed for every page."""
        return self._ready(app).serializer

    def open_session(self, app: Flask, request: Request) -> SecureCookieSession | None:
        """What the browser's cookie says, if any valid secret signed it."""
        # Most requests that bring none need none: Flask would make ready to read one.
        cookie = request.cookies.get(self.get_cookie_name(app))
        if cookie is None:
            return self.session_class()
        read = self._ready(app).read
        known = read.get(cookie)
        if known is not None and known.until > time.monotonic():
            return self.session_class(known.said)
        session = super().open_session(app, request)
        if session and app.config["SECRET_KEY_FALLBACKS"]:
            session.modified = not self._is_newest(app, request)
        # What can be changed in place may have been by the next time.
        if session and not session.modified and all(type(each) in _FIXED for each in session.values()):
            read.keep(cookie, _Read(dict(session), time.monotonic() + KEPT_SECONDS))
        return session

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        """Set the cookie anew if it says something else; that pages depend on it, all of them say already."""
        if session.modified:
            super().save_session(app, session, response)

    def _ready(self, app: Flask) -> _Ready:
        secrets = app.secret_key, *app.config["SECRET_KEY_FALLBACKS"]
        ready: _Ready | None = app.extensions.get("session_cookies")
        if ready is None or ready.secrets != secrets:
            serializer = super().get_signing_serializer(app)
            if serializer is not None:
                serializer.signer = _PatientSigner
            ready = app.extensions["session_cookies"] = _Ready(secrets, serializer, Shelf(MOST_KEPT))
        return ready

    def _is_newest(self, app: Flask, request: Request) -> bool:
        serializer = URLSafeTimedSerializer(
            app.config["SECRET_KEY"],
            salt=self.salt,
            serializer=self.serializer,
            signer_kwargs={"key_derivation": self.key_derivation, "digest_method": self.digest_method},
        )
        try:
            serializer.loads(request.cookies[self.get_cookie_name(app)])
        except BadSignature:
            return False
        return True
