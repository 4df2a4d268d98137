"""Many people at once, forms that are sent ten times, and clients that do not speak as they should."""

import socket
import threading
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from functools import partial

from sqlalchemy import text

from community.infra.db import db
from tests.bad_days import checking
from tests.bad_days.conftest import Town
from tests.bad_days.people import Answer, Browser

TEN = 10


def at_once(*deeds: Callable[[], Answer]) -> list[Answer]:
    """What comes back when all of them are done in the same moment, each over a connection of its own."""
    barrier, answers = threading.Barrier(len(deeds)), [Answer(0)] * len(deeds)

    def do(place: int, deed: Callable[[], Answer]) -> None:
        barrier.wait()
        answers[place] = deed()

    threads = [threading.Thread(target=do, args=each) for each in enumerate(deeds)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers


def insist(browser: Browser, path: str, fields: Mapping[str, str]) -> Answer:
    """Send a form, and again for as long as the site is too busy, as it asks people to."""
    answer = browser.post(path, fields)
    for _ in range(20):
        if answer.status != 503:
            break
        time.sleep(0.5)
        answer = browser.post(path, fields)
    return answer


def in_windows(browser: Browser, number: int, path: str, fields: Mapping[str, str]) -> list[Answer]:
    """What comes back when a member sends the same form from so many windows at once."""
    windows = [browser.twin() for _ in range(number)]
    try:
        return at_once(*(partial(insist, window, path, fields) for window in windows))
    finally:
        for window in windows:
            window.close()


def statuses(answers: Sequence[Answer]) -> Counter[int]:
    """How often each answer was given."""
    return Counter(answer.status for answer in answers)


def say(town: Town, data: bytes, *, seconds: float = 20) -> bytes:
    """Send these bytes as they are, and read what the site has to say to them."""
    with socket.create_connection(("127.0.0.1", town.site.port), timeout=seconds) as line:
        try:
            line.sendall(data)
            line.shutdown(socket.SHUT_WR)
        except OSError:
            # It has heard enough; what it said stands in the line.
            pass
        said = b""
        try:
            while piece := line.recv(65536):
                said += piece
        except OSError:
            pass
    return said


class TestManyAtOnce:
    def test_a_form_sent_ten_times_at_once_counts_once(self, town: Town) -> None:
        forms = {
            f"/panels/{town.slug}/ideas": {"title": "Said ten times", "body": "At once.", "anyway": "1"},
            f"/ideas/{town.ideas[0]}/comments": {"body": "Said ten times at once."},
        }
        journal = (
            town.journal.ask("idea", title="Said ten times"),
            town.journal.ask("comment", idea_id=town.ideas[0], body="Said ten times at once."),
        )
        for number, (path, fields) in zip(journal, forms.items(), strict=True):
            answers = in_windows(town.browsers[0], TEN, path, fields)
            assert all(answer.is_promise for answer in answers), statuses(answers)
            town.journal.acknowledge(number)
        town.do_owed()
        checking.ensure_true(town.app, town.journal)

    def test_fifty_members_and_one_member_fifty_times_on_one_idea(self, town: Town) -> None:
        path = f"/ideas/{town.ideas[1]}/vote"
        asked = [
            town.journal.ask("vote", idea_id=town.ideas[1], member_id=browser.member_id)
            for browser in town.browsers
        ]
        everybody = at_once(*(partial(insist, browser, path, {}) for browser in town.browsers))
        one = in_windows(town.browsers[-1], 50, path, {})
        assert all(answer.is_promise for answer in [*everybody, *one]), statuses([*everybody, *one])
        for number in asked:
            town.journal.acknowledge(number)
        with town.app.app_context():
            votes = text("SELECT support_count FROM ideas WHERE id = :idea_id")
            assert db.session.execute(votes, {"idea_id": town.ideas[1]}).scalar_one() == 50
            history = text("SELECT count(*) FROM vote_events WHERE idea_id = :idea_id")
            assert db.session.execute(history, {"idea_id": town.ideas[1]}).scalar_one() == 50
        town.do_owed()
        checking.ensure_true(town.app, town.journal)

    def test_strange_requests_are_refused_and_cost_nobody_else_anything(self, town: Town) -> None:
        head = b"Host: 127.0.0.1\r\nConnection: close\r\n"
        form = b"Content-Type: application/x-www-form-urlencoded\r\n"
        parts = b"Content-Type: multipart/form-data; boundary=x\r\n"
        part = b'--x\r\nContent-Disposition: form-data; name="a"\r\n\r\n1\r\n'
        large = b"a" * (10 * 1024 * 1024)
        strange = {
            "ten megabytes in a field": _post(head + form, b"email=" + large),
            "more than a request may have": _post(head + form, large + large),
            "a body without its end": _post(head + parts, b'--x\r\nContent-Disposition: form-data; name="a'),
            "parts without a boundary": _post(head + b"Content-Type: multipart/form-data\r\n", b"--x"),
            "a thousand parts": _post(head + parts, part * 1000 + b"--x--"),
            "bytes that are no text": _post(head + form, b"email=%ff%fe&password=\xff\xfe"),
            "nothing as a letter": _post(head + form, b"email=a%00b&password=%00"),
            "nothing in the address": b"GET /panels/%00 HTTP/1.1\r\n" + head + b"\r\n",
            "an address that is no text": b"GET /panels/%ff%fe?q=%ff HTTP/1.1\r\n" + head + b"\r\n",
            "endless headers": b"GET / HTTP/1.1\r\n" + head + b"".join(
                b"X-%d: %s\r\n" % (number, b"y" * 1000) for number in range(2000)
            ),
            "one endless header": b"GET / HTTP/1.1\r\nX: " + large[: 2 * 1024 * 1024],
            "no length that makes sense": b"POST /sign-in HTTP/1.1\r\n" + head
            + b"Content-Length: -5\r\n\r\nabc",
            "two lengths": b"POST /sign-in HTTP/1.1\r\n" + head
            + b"Content-Length: 3\r\nContent-Length: 50\r\n\r\nabc",
            "no HTTP at all": b"\x16\x03\x01\x00\xa5\x01\x00" + large[:1000],
        }  # fmt: skip
        before = sum(each.memory_info().rss for each in town.site.web_processes())
        for what, data in strange.items():
            said = say(town, data)
            assert b" 500 " not in said[:20], f"{what}: {said[:200]!r}"
            assert not said or said.startswith(b"HTTP/1.1 4"), f"{what}: {said[:200]!r}"
            assert town.site.answers() == 200, what
        after = sum(each.memory_info().rss for each in town.site.web_processes())
        assert after - before < 64 * 1024 * 1024


def _post(head: bytes, body: bytes) -> bytes:
    return b"POST /sign-in HTTP/1.1\r\n" + head + b"Content-Length: %d\r\n\r\n" % len(body) + body
