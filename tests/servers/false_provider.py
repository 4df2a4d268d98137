"""An OpenID Connect provider that signs whatever it is told to, and answers as badly as it is told to."""

import base64
import json
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from joserfc import jwt
from joserfc.jwk import OctKey, RSAKey


class FalseProvider:
    """A running provider; what its answers hold can be changed at any time."""

    def __init__(self) -> None:
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler_of(self))
        self.issuer = f"http://127.0.0.1:{self._server.server_port}"
        self.own_key = RSAKey.generate_key(2048, {"kid": "own", "alg": "RS256", "use": "sig"})
        self.asked: list[str] = []
        self.be_good()
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def be_good(self) -> None:
        """Answer as one should."""
        self.key: Any = self.own_key
        self.header: dict[str, Any] = {"alg": "RS256", "kid": "own"}
        self.claims: dict[str, Any] = {}
        self.left_out: tuple[str, ...] = ()
        self.more: dict[str, Any] = {}
        self.is_unwilling, self.broken = False, ""

    def stop(self) -> None:
        """Close the door."""
        self._server.shutdown()
        self._server.server_close()

    def answer(self, path: str) -> tuple[int, Any]:
        """What is said at this address."""
        self.asked.append(path)
        if path == self.broken:
            return 200, "<html>not what was asked for"
        match path:
            case "/.well-known/openid-configuration":
                places = {"authorization_endpoint": "go", "token_endpoint": "token", "jwks_uri": "keys",
                          "userinfo_endpoint": "more"}  # fmt: skip
                return 200, {"issuer": self.issuer} | {
                    name: f"{self.issuer}/{place}" for name, place in places.items()
                }
            case "/keys":
                return 200, {"keys": [self.own_key.as_dict(private=False)]}
            case "/token":
                if self.is_unwilling:
                    return 400, {"error": "invalid_grant"}
                return 200, {
                    "access_token": "let me in", "token_type": "Bearer", "id_token": self._id_token(),
                }  # fmt: skip
            case _:
                return 200, {"sub": "rosa", "email": "rosa@example.org", "email_verified": True} | self.more

    def _id_token(self) -> str:
        now = int(time.time())
        claims = {"iss": self.issuer, "aud": "sounding-board", "sub": "rosa", "iat": now, "exp": now + 300}
        claims |= self.claims
        claims = {name: value for name, value in claims.items() if name not in self.left_out}
        if self.header["alg"] == "none":
            return f"{_base64(self.header)}.{_base64(claims)}."
        return jwt.encode(self.header, claims, self.key, algorithms=[self.header["alg"]])


def secret_key(secret: str) -> OctKey:
    """A key that both sides of a connection know."""
    return OctKey.import_key(secret)


def _base64(value: Any) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")


def _handler_of(provider: FalseProvider) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._send(*provider.answer(self.path))

        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["Content-Length"]))
            self._send(*provider.answer(self.path))

        def _send(self, status: int, said: Any) -> None:
            body = (said if isinstance(said, str) else json.dumps(said)).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_args: object) -> None:
            pass

    return Handler
