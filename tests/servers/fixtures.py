"""The fixtures that start the servers; a test that uses one is marked with the server's name by itself."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.servers import chromium as chromium_program
from tests.servers import oidc, postgres, redis, smtp

SERVER_OF_FIXTURE = {
    "postgres_server": "postgres",
    "durable_postgres_server": "postgres",
    "redis_server": "redis",
    "smtp_server": "smtp",
    "provider_server": "provider",
    "chromium": "browser",
}


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Marks each test with the servers it uses, for `-m postgres`, and writes them into the report."""
    for item in items:
        fixtures = getattr(item, "fixturenames", ())
        used = {SERVER_OF_FIXTURE[name] for name in fixtures if name in SERVER_OF_FIXTURE}
        for server in sorted(used | {mark.name for mark in item.iter_markers()} & _servers()):
            item.add_marker(server)
            item.user_properties.append(("server", server))


def _servers() -> set[str]:
    return set(SERVER_OF_FIXTURE.values())


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[postgres.PostgresServer]:
    """A PostgreSQL server for all the tests of this process."""
    server = postgres.start()
    yield server
    server.stop()


@pytest.fixture(scope="session")
def durable_postgres_server() -> Iterator[postgres.PostgresServer]:
    """A PostgreSQL server that keeps what it confirmed even when it is killed."""
    server = postgres.start(durable=True)
    yield server
    server.stop()


@pytest.fixture(scope="session")
def postgres_url(postgres_server: postgres.PostgresServer) -> str:
    """The address of an empty database from which others can be created."""
    return postgres_server.url


@pytest.fixture
def postgres_database(postgres_server: postgres.PostgresServer) -> Iterator[str]:
    """The address of a new, empty PostgreSQL database for this test alone."""
    url = postgres_server.create_database()
    yield url
    postgres_server.drop_database(url)


@pytest.fixture(scope="session")
def redis_server() -> Iterator[redis.RedisServer]:
    """A Redis server for all the tests of this process."""
    server = redis.start()
    yield server
    server.stop()


@pytest.fixture
def redis_url(redis_server: redis.RedisServer) -> str:
    """The address of an empty Redis."""
    redis_server.empty()
    return redis_server.url


@pytest.fixture
def smtp_server() -> Iterator[smtp.SmtpServer]:
    """A mail server with no mails yet."""
    server = smtp.SmtpServer()
    yield server
    server.stop()


@pytest.fixture(scope="session")
def provider_server() -> Iterator[oidc.ProviderServer]:
    """An OpenID Connect provider for all the tests of this process."""
    server = oidc.ProviderServer(site=oidc.SITE)
    yield server
    server.stop()


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """A running Chromium; tests open contexts of their own in it."""
    program = chromium_program.find()
    if program is None:
        pytest.fail("no Chromium on this machine; `make test` installs one")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=program, headless=True, args=chromium_program.ARGUMENTS
        )
        yield browser
        browser.close()
