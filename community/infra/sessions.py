"""The session cookie: one that a former secret signed is signed anew, so that nobody notices a change."""

from typing import Any

from flask import Flask, Request, Response
from flask.sessions import SecureCookieSession, SecureCookieSessionInterface, SessionMixin
from itsdangerous import BadSignature, SignatureExpired, TimestampSigner, URLSafeTimedSerializer


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


class Sessions(SecureCookieSessionInterface):
    """Flask's signed cookies."""

    def get_signing_serializer(self, app: Flask) -> URLSafeTimedSerializer | None:
        """What signs and reads the cookie; made once, for two are needed for every page."""
        secrets = app.secret_key, *app.config["SECRET_KEY_FALLBACKS"]
        kept: tuple[Any, URLSafeTimedSerializer | None] | None = app.extensions.get("session_serializer")
        if kept is None or kept[0] != secrets:
            serializer = super().get_signing_serializer(app)
            if serializer is not None:
                serializer.signer = _PatientSigner
            kept = app.extensions["session_serializer"] = secrets, serializer
        return kept[1]

    def open_session(self, app: Flask, request: Request) -> SecureCookieSession | None:
        """What the browser's cookie says, if any valid secret signed it."""
        # Most requests that bring none need none: Flask would make ready to read one.
        if self.get_cookie_name(app) not in request.cookies:
            return self.session_class()
        session = super().open_session(app, request)
        if session and app.config["SECRET_KEY_FALLBACKS"]:
            session.modified = not self._is_newest(app, request)
        return session

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        """Set the cookie anew if it says something else; that pages depend on it, all of them say already."""
        if session.modified:
            super().save_session(app, session, response)

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
