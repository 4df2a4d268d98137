"""What a mail server is told before it has shown who it is."""

import ssl
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from aiosmtpd.smtp import AuthResult
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from flask import Flask

from community.infra import mail
from tests.servers.smtp import Listener

# This machine by another name than its own ones; nothing is bound to it.
ANOTHER_NAME = "0.0.0.0"  # noqa: S104


class Told:
    """A server that takes whoever comes, and remembers who named a password."""

    def __init__(self) -> None:
        self.users: list[bytes] = []

    def authenticate(
        self, _server: object, _session: object, _envelope: object, _how: str, data: object
    ) -> AuthResult:
        self.users.append(data.login)  # type: ignore[attr-defined]
        return AuthResult(success=True)


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Who they are, by their own word only."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "mail.example.org")])
    now = datetime.now(UTC)
    signed = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .sign(key, hashes.SHA256())
    )
    path = tmp_path_factory.mktemp("tls") / "server.pem"
    text, plain = serialization.Encoding.PEM, serialization.NoEncryption()
    secret = key.private_bytes(text, serialization.PrivateFormat.PKCS8, plain)
    path.write_bytes(secret + signed.public_bytes(text))
    return path


@pytest.fixture
def told() -> Told:
    return Told()


@pytest.fixture
def encrypted(told: Told, certificate: Path) -> Iterator[str]:
    """The host and port of a server that offers STARTTLS and proves nothing."""
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate)
    server = Listener(told, tls_context=context, authenticator=told.authenticate)
    server.start()
    yield f"127.0.0.1:{server.port}"
    server.stop(no_assert=True)


@pytest.fixture
def plain(told: Told) -> Iterator[str]:
    """The host, by another name than its own ones, and port of a server that takes passwords in clear."""
    server = Listener(told, authenticator=told.authenticate, auth_require_tls=False)
    server.start()
    yield f"{ANOTHER_NAME}:{server.port}"
    server.stop(no_assert=True)


def try_server(url: str) -> mail.Tried:
    app = Flask(__name__)
    app.config.update(MAIL_URL=url, MAIL_FROM="panel@example.org")
    with app.app_context():
        return mail.try_server()


class TestServer:
    def test_a_password_is_not_told_to_whoever_cannot_prove_who_they_are(
        self, told: Told, encrypted: str
    ) -> None:
        with pytest.raises(mail.ServerAway, match="CERTIFICATE_VERIFY_FAILED"):
            try_server(f"smtp://ana:geheim@{encrypted}")
        assert told.users == []

    def test_without_one_unproven_tls_is_better_than_none(self, encrypted: str) -> None:
        tried = try_server(f"smtp://{encrypted}")
        assert (tried.is_encrypted, tried.takes_sender) == (True, True)

    def test_a_password_is_not_sent_in_clear_but_to_this_machine(self, told: Told, plain: str) -> None:
        with pytest.raises(mail.ServerAway, match="not sent in clear"):
            try_server(f"smtp://ana:geheim@{plain}")
        assert told.users == []
        tried = try_server(f"smtp://ana:geheim@{plain.replace(ANOTHER_NAME, '127.0.0.1')}")
        assert not tried.is_encrypted
        assert told.users == [b"ana"]
