"""The OpenID Connect provider: asks it who somebody is, and believes only what it has signed for this site.

Code flow with PKCE; its description and keys are kept for an hour, and fetched anew, once a minute at most,
when a signature names a key that is not known yet.
"""

import json
import logging
import secrets
import threading
import time
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import urlencode, urlsplit

from flask import Flask, current_app
from flask_babel import gettext as _

from community.infra import clock
from community.infra.errors import Invalid, Unavailable
from community.members.outsiders import SUBJECT_MOST, Outsider, read_outsider

if TYPE_CHECKING:
    from joserfc.jwk import KeySet

logger = logging.getLogger(__name__)

TIMEOUT_SECONDS = 5
ANSWER_MOST = 1_000_000
KEPT_SECONDS = 3600
ASKED_AGAIN_SECONDS = 60
# After it did not answer.
LEFT_ALONE_SECONDS = 10
# What clocks of two machines may differ by.
LEEWAY_SECONDS = 60
# How long ago somebody may have signed in there to count as having shown just now who they are.
FRESH_SECONDS = 900
# Signatures that take the provider's private key: neither "none" nor our own secret, which others may know.
ALGORITHMS = (
    "RS256",
    "RS384",
    "RS512",
    "PS256",
    "PS384",
    "PS512",
    "ES256",
    "ES384",
    "ES512",
    "Ed25519",
    "EdDSA",
)
_EXTENSION = "oidc_provider"


class Question(NamedTuple):
    """What was asked, kept in the browser: only its answer is taken."""

    state: str
    nonce: str
    verifier: str


class Refused(Invalid):
    """The provider, or what came in its name, does not say who somebody is."""


class Provider:
    """One provider, as the settings name it."""

    def __init__(self, *, issuer: str, client_id: str, client_secret: str, scopes: str) -> None:
        self.issuer = issuer
        self.client_id = client_id
        self._client_secret = client_secret
        self._scopes = scopes
        self._description = Kept(self._fetch_description)
        self._keys = Kept(self._fetch_keys)

    def question_address(self, question: Question, *, way_back: str, is_again: bool = False) -> str:
        """Where the browser is sent to; `is_again` asks the provider to have the person sign in anew."""
        with self._session(way_back) as session:
            address, _state = session.create_authorization_url(
                self._endpoint("authorization_endpoint"),
                state=question.state,
                nonce=question.nonce,
                code_verifier=question.verifier,
                **({"prompt": "login", "max_age": FRESH_SECONDS} if is_again else {}),
            )
        return str(address)

    def answer(self, question: Question, *, code: str, way_back: str, issuer: str | None) -> dict[str, Any]:
        """What the provider says of whoever came back with this code; Refused unless all of it is right."""
        # Another provider's answer is not to be taken for this one's (RFC 9207).
        if issuer is not None and issuer != self.issuer:
            raise self._refuse("the answer names another issuer")
        token = self._fetch_token(question, code=code, way_back=way_back)
        claims = self._read(token, question)
        return {**self._more_of(token, claims), **claims}

    def look(self) -> None:
        """Ask it for what it says of itself, and for its keys; Unavailable if that is not to be had."""
        for name in ("authorization_endpoint", "token_endpoint"):
            self._endpoint(name)
        self._keys.get()

    def leaving_address(self, *, way_back: str) -> str | None:
        """Where one can sign out at the provider too, if it says where."""
        try:
            address = self._description.get().get("end_session_endpoint")
        except Unavailable:
            return None
        if not isinstance(address, str) or not _is_safe(address):
            return None
        values = urlencode({"client_id": self.client_id, "post_logout_redirect_uri": way_back})
        return f"{address}{'&' if '?' in address else '?'}{values}"

    def _fetch_description(self) -> dict[str, Any]:
        description = self._get(f"{self.issuer.rstrip('/')}/.well-known/openid-configuration")
        if description.get("issuer") != self.issuer:
            logger.error(
                "OIDC_ISSUER is %r, but the provider calls itself %r", self.issuer, description.get("issuer")
            )
            raise self._away()
        return description

    def _fetch_keys(self) -> "KeySet":
        from joserfc.errors import JoseError
        from joserfc.jwk import KeySet

        found = self._get(self._endpoint("jwks_uri")).get("keys")
        usable = [
            key
            for key in (found if isinstance(found, list) else [])
            if isinstance(key, dict)
            and key.get("kty") in ("RSA", "EC", "OKP")
            and key.get("use", "sig") == "sig"
        ]
        try:
            return KeySet.import_key_set({"keys": usable})
        except (JoseError, ValueError, KeyError):
            logger.exception("the keys of the provider cannot be read")
            raise self._away() from None

    def _fetch_token(self, question: Question, *, code: str, way_back: str) -> Mapping[str, Any]:
        from authlib.common.errors import AuthlibBaseError
        from requests import RequestException

        with self._session(way_back) as session:
            try:
                token: Mapping[str, Any] = session.fetch_token(
                    self._endpoint("token_endpoint"),
                    code=code,
                    code_verifier=question.verifier,
                    timeout=TIMEOUT_SECONDS,
                    allow_redirects=False,
                )
            except AuthlibBaseError as error:
                raise self._refuse(f"it does not take the code: {error.error}") from None
            except (RequestException, ValueError) as error:
                logger.warning("the sign-in provider does not answer: %s", type(error).__name__)
                raise self._away() from None
        return token

    def _read(self, token: Mapping[str, Any], question: Question) -> dict[str, Any]:
        from authlib.oidc.core import CodeIDToken
        from joserfc.errors import JoseError

        try:
            signed = self._check_signature(str(token.get("id_token") or ""))
            claims = CodeIDToken(
                signed.claims,
                signed.header,
                options={"iss": {"value": self.issuer}, "aud": {"value": self.client_id}},
                params={
                    "client_id": self.client_id,
                    "nonce": question.nonce,
                    "access_token": str(token.get("access_token") or ""),
                },
            )
            claims.validate(now=int(clock.now().timestamp()), leeway=LEEWAY_SECONDS)
        except (JoseError, ValueError, TypeError, AttributeError) as error:
            raise self._refuse(f"its word is not good: {error}") from None
        subject = claims.get("sub")
        if not isinstance(subject, str) or not 0 < len(subject) <= SUBJECT_MOST:
            raise self._refuse("it names nobody")
        return dict(claims)

    def _check_signature(self, id_token: str) -> Any:
        from joserfc import jwt
        from joserfc.errors import BadSignatureError, InvalidKeyIdError

        try:
            return jwt.decode(id_token, self._keys.get(), algorithms=ALGORITHMS)
        except (InvalidKeyIdError, BadSignatureError):
            # Perhaps signed with a key that is newer than those we know.
            return jwt.decode(id_token, self._keys.get_newer(), algorithms=ALGORITHMS)

    def _more_of(self, token: Mapping[str, Any], claims: Mapping[str, Any]) -> dict[str, Any]:
        """What the provider tells of the same person on request; most give the address only there."""
        address, access = self._description.get().get("userinfo_endpoint"), token.get("access_token")
        if not isinstance(address, str) or not isinstance(access, str):
            return {}
        more = self._get(address, headers={"Authorization": f"Bearer {access}"})
        if more.get("sub") != claims["sub"]:
            raise self._refuse("it speaks of somebody else")
        return more

    def _endpoint(self, name: str) -> str:
        address = self._description.get().get(name)
        if not isinstance(address, str) or not _is_safe(address):
            logger.error("the sign-in provider names no %s that can be used", name)
            raise self._away()
        return address

    def _get(self, address: str, *, headers: Mapping[str, str] | None = None) -> dict[str, Any]:
        import requests

        try:
            with requests.get(
                address, headers=headers, timeout=TIMEOUT_SECONDS, allow_redirects=False, stream=True
            ) as answer:
                if answer.status_code != 200:
                    raise ValueError(f"status {answer.status_code}")
                body = answer.raw.read(ANSWER_MOST + 1, decode_content=True)
                if len(body) > ANSWER_MOST:
                    raise ValueError("too much")
                said = json.loads(body)
                if not isinstance(said, dict):
                    raise ValueError("no object")
        except (requests.RequestException, OSError, ValueError) as error:
            logger.warning("the sign-in provider does not answer: %s", error)
            raise self._away() from None
        return said

    def _session(self, way_back: str) -> Any:
        from authlib.integrations.requests_client import OAuth2Session

        return OAuth2Session(
            self.client_id,
            self._client_secret or None,
            scope=self._scopes,
            redirect_uri=way_back,
            code_challenge_method="S256",
            token_endpoint_auth_method=self._way_to_prove(),
        )

    def _way_to_prove(self) -> str:
        if not self._client_secret:
            return "none"
        known = self._description.get().get("token_endpoint_auth_methods_supported")
        is_basic = not isinstance(known, list) or "client_secret_basic" in known
        return "client_secret_basic" if is_basic else "client_secret_post"

    def _away(self) -> Unavailable:
        return Unavailable(
            _(
                "%(provider)s does not answer right now. Try again later, or use your password.",
                provider=name(),
            )
        )

    def _refuse(self, why: str) -> Refused:
        logger.warning("signing in through the provider was refused: %s", why)
        return not_told()


class Kept:
    """Something that was fetched and stays good for a while."""

    def __init__(self, fetch: Callable[[], Any]) -> None:
        self._fetch = fetch
        self._lock = threading.Lock()
        self._value: Any = None
        self._fetched_at = self._failed_at = 0.0
        self._failed: Unavailable | None = None

    def get(self) -> Any:
        """What is kept, or fetched now because it is too old."""
        return self._not_older_than(KEPT_SECONDS)

    def get_newer(self) -> Any:
        """The same fetched anew, unless that was done a moment ago: nobody shall make us ask all the time."""
        return self._not_older_than(ASKED_AGAIN_SECONDS)

    def _not_older_than(self, seconds: float) -> Any:
        # One asks, the others wait for its answer.
        with self._lock:
            now = time.monotonic()
            if self._value is None or now - self._fetched_at > seconds:
                # Whoever waited while a try failed does not wait for another one.
                if self._failed is not None and now - self._failed_at < LEFT_ALONE_SECONDS:
                    raise self._failed
                try:
                    self._value = self._fetch()
                    self._fetched_at, self._failed = time.monotonic(), None
                except Unavailable as error:
                    self._failed, self._failed_at = error, time.monotonic()
                    raise
            return self._value


def init_app(app: Flask) -> None:
    """Know the provider that the settings name, without asking it anything yet."""
    config = app.config
    if not config["OIDC_ISSUER"]:
        return
    if not config["OIDC_CLIENT_ID"]:
        raise SystemExit("OIDC_CLIENT_ID: say what the provider at OIDC_ISSUER calls this site")
    if not _is_safe(config["OIDC_ISSUER"]):
        raise SystemExit("OIDC_ISSUER: say an address that begins with https://")
    app.extensions[_EXTENSION] = Provider(
        issuer=config["OIDC_ISSUER"],
        client_id=config["OIDC_CLIENT_ID"],
        client_secret=config["OIDC_CLIENT_SECRET"],
        scopes=config["OIDC_SCOPES"],
    )


def is_fresh(claims: Mapping[str, Any]) -> bool:
    """Whether the person has signed in there just now; a provider that does not say so is not believed."""
    at = claims.get("auth_time")
    return isinstance(at, int | float) and clock.now().timestamp() - at < FRESH_SECONDS + LEEWAY_SECONDS


def not_asked() -> Refused:
    """The refusal for an answer to which this browser has no question."""
    return Refused(_("That was too long ago, or began in another window. Please try again."))


def not_told() -> Refused:
    """The refusal for an answer that says nothing: the person may have turned back there."""
    return Refused(_("%(provider)s could not tell us who you are. Please try again.", provider=name()))


def find() -> Provider | None:
    """The site's provider, if it has one."""
    return current_app.extensions.get(_EXTENSION)


def name() -> str:
    """What people call it."""
    return name_of(current_app.config["OIDC_ISSUER"])


def name_of(issuer: str) -> str:
    """The same of one that the site may have asked before."""
    known = current_app.config["OIDC_NAME"] if issuer == current_app.config["OIDC_ISSUER"] else ""
    return str(known or urlsplit(issuer).hostname or issuer)


def new_question() -> Question:
    """A question that has never been asked."""
    return Question(*(secrets.token_urlsafe(48) for _part in Question._fields))


def outsider(claims: Mapping[str, Any]) -> Outsider:
    """Who that is for this site."""
    config = current_app.config
    return read_outsider(
        claims,
        issuer=config["OIDC_ISSUER"],
        roles_claim=config["OIDC_ROLES_CLAIM"],
        mapping=config["OIDC_ROLES"],
    )


def _is_safe(address: str) -> bool:
    parts = urlsplit(address)
    return parts.scheme == "https" or (
        parts.scheme == "http" and parts.hostname in ("localhost", "127.0.0.1")
    )
