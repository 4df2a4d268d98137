"""People at their browsers: they write, vote and talk, and keep a journal of what the site promised them."""

import random
import threading
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from http.client import HTTPConnection, HTTPException
from typing import NamedTuple
from urllib.parse import urlencode

import flask
from flask import Flask
from flask_wtf.csrf import generate_csrf

from community.members import actions as members
from community.members.models import Member
from tests.bad_days.journal import Journal

STALE_SECONDS = 3.0
BOUNDARY = "----two-sheets-of-paper"


class Answer(NamedTuple):
    """What came back; status 0 if the connection broke before anything did."""

    status: int
    headers: Mapping[str, str] = {}
    body: bytes = b""

    @property
    def is_promise(self) -> bool:
        """Whether the site says that it was done; who is signed out is led elsewhere in the same way."""
        return self.status == 303 and not self.headers.get("Location", "").startswith("/sign-in")


class Browser:
    """A browser in which a member is signed in; when its connection breaks it opens another."""

    def __init__(self, port: int, *, cookie: str, csrf_token: str, member_id: int) -> None:
        self.member_id = member_id
        self._port, self._cookie, self._csrf_token = port, cookie, csrf_token
        self._connection: HTTPConnection | None = None
        self._used_at = 0.0

    def twin(self) -> "Browser":
        """Another window of the same browser, with a connection of its own."""
        return Browser(self._port, cookie=self._cookie, csrf_token=self._csrf_token, member_id=self.member_id)

    def get(self, path: str) -> Answer:
        """Ask for a page."""
        return self._ask("GET", path, None, {})

    def post(
        self, path: str, fields: Mapping[str, str], *, files: Mapping[str, tuple[str, bytes]] | None = None
    ) -> Answer:
        """Send a form, with files as name → (file name, content)."""
        sent = {"csrf_token": self._csrf_token, **fields}
        if not files:
            kind = "application/x-www-form-urlencoded"
            return self._ask("POST", path, urlencode(sent).encode(), {"Content-Type": kind})
        body = _multipart(sent, files)
        return self._ask("POST", path, body, {"Content-Type": f"multipart/form-data; boundary={BOUNDARY}"})

    def close(self) -> None:
        """Hang up."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _ask(self, method: str, path: str, body: bytes | None, headers: Mapping[str, str]) -> Answer:
        # The site hangs up on whoever has been silent for a while; browsers notice, and call again.
        if time.monotonic() - self._used_at > STALE_SECONDS:
            self.close()
        if self._connection is None:
            self._connection = HTTPConnection("127.0.0.1", self._port, timeout=60)
        try:
            self._connection.request(method, path, body, {"Cookie": self._cookie, **headers})
            response = self._connection.getresponse()
            headers = {name.title(): value for name, value in response.headers.items()}
            answer = Answer(response.status, headers, response.read())
            self._used_at = time.monotonic()
            return answer
        except (OSError, HTTPException):
            self.close()
            return Answer(0)


def browsers_of(app: Flask, port: int, people: Sequence[Member]) -> list[Browser]:
    """A browser for each of them, signed in without the second that a password takes."""
    found = []
    for member in people:
        token, number = members.begin_session(member, is_remembered=True), member.id
        with app.app_context(), app.test_request_context():
            flask.session["_user_id"], flask.session["_fresh"] = token, True
            csrf_token = generate_csrf()
            signer = app.session_interface.get_signing_serializer(app)  # type: ignore[attr-defined]
            cookie = f"{app.config['SESSION_COOKIE_NAME']}={signer.dumps(dict(flask.session))}"
        found.append(Browser(port, cookie=cookie, csrf_token=csrf_token, member_id=number))
    return found


class Crowd:
    """Members who use the site until they are told to stop, each in a thread of their own."""

    def __init__(
        self, journal: Journal, browsers: Sequence[Browser], *, slug: str, ideas: Sequence[int]
    ) -> None:
        self.statuses: Counter[int] = Counter()
        self.slowest = 0.0
        self._journal, self._slug, self._ideas = journal, slug, list(ideas)
        self._is_over = threading.Event()
        self._lock = threading.Lock()
        self._threads = [threading.Thread(target=self._live, args=(browser,)) for browser in browsers]

    def __enter__(self) -> "Crowd":
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_failure: object) -> None:
        self._is_over.set()
        for thread in self._threads:
            thread.join(timeout=120)
        assert not any(thread.is_alive() for thread in self._threads), "a request never ended"
        assert set(self.statuses) <= {0, 200, 301, 303, 503}, f"strange answers: {self.statuses}"

    def wait_for(self, status: int, *, more: int = 1, seconds: float = 60) -> None:
        """Let them go on until they have got so many more answers of a kind."""
        wanted, deadline = self.statuses[status] + more, time.monotonic() + seconds
        while self.statuses[status] < wanted:
            assert time.monotonic() < deadline, f"no {status} in {seconds} seconds, but {self.statuses}"
            time.sleep(0.02)

    def _live(self, browser: Browser) -> None:
        dice, said = random.Random(browser.member_id), 0
        while not self._is_over.is_set():
            said += 1
            deed = dice.choice(("idea", "comment", "comment", "vote", "vote", "read"))
            match deed:
                case "idea":
                    title = f"Wish {said} of member {browser.member_id}"
                    self._do(
                        browser, f"/panels/{self._slug}/ideas",
                        {"title": title, "body": "Said once.", "anyway": "1"}, "idea", title=title,
                    )  # fmt: skip
                case "comment":
                    idea_id, body = dice.choice(self._ideas), f"Word {said} of member {browser.member_id}"
                    path = f"/ideas/{idea_id}/comments"
                    self._do(browser, path, {"body": body}, "comment", idea_id=idea_id, body=body)
                case "vote":
                    idea_id = dice.choice(self._ideas)
                    self._do(
                        browser, f"/ideas/{idea_id}/vote", {}, "vote",
                        idea_id=idea_id, member_id=browser.member_id,
                    )  # fmt: skip
                case _:
                    self._note(browser.get(f"/ideas/{dice.choice(self._ideas)}"), since=time.monotonic())
        browser.close()

    def _do(self, browser: Browser, path: str, fields: dict[str, str], kind: str, **facts: object) -> None:
        """Ask, and send the same form again for as long as nobody says that it was taken, as people do."""
        number = self._journal.ask(kind, **facts)
        for _ in range(100):
            begun = time.monotonic()
            answer = browser.post(path, fields)
            if answer.is_promise:
                self._journal.acknowledge(number)
            self._note(answer, since=begun)
            if answer.status not in (0, 503) or self._is_over.is_set():
                return
            time.sleep(0.1)

    def _note(self, answer: Answer, *, since: float) -> None:
        with self._lock:
            self.statuses[answer.status] += 1
            self.slowest = max(self.slowest, time.monotonic() - since)


def _multipart(fields: Mapping[str, str], files: Mapping[str, tuple[str, bytes]]) -> bytes:
    parts = [
        f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode()
        for name, value in fields.items()
    ]
    for name, (file_name, content) in files.items():
        head = (
            f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"; filename="{file_name}"\r\n\r\n'
        )
        parts.append(head.encode() + content + b"\r\n")
    return b"".join(parts) + f"--{BOUNDARY}--\r\n".encode()
