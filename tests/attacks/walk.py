"""Walks through a running site like somebody who writes an attack into whatever can be written into."""

import csv
import io
import re
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, quote, urljoin, urlsplit
from xml.etree import ElementTree

import httpx

from tests.attacks import paper
from tests.attacks.eyes import Eyes
from tests.attacks.paper import Sheet
from tests.attacks.payloads import Supply

# Where each kind of address may be met so often in a round.
MEETINGS = 2
# They would end the walk: signing out, another password or address, taking the own rights, erasing oneself.
CLOSED = re.compile(
    r"^/sign-out|^/me/security/password|^/me/privacy/(erase|file)|/suspension|/roles$|/panels/\d+/close"
    r"|/delete$|/archive$"
)
FORMULA = ("=", "+", "-", "@", "\t", "\r")
# What stands in names that were added to a form: a word that also fits into a column of numbers.
STUFFING = "7654321"
# Ours for a site that did not answer at all.
NO_ANSWER = 599
NUMBER = re.compile(r"^-?\d+([.,:/ -]\d+)*%?$")


@dataclass
class Report:
    """What was done, and what was found."""

    fields: Counter[tuple[str, str]] = field(default_factory=Counter)
    stored: Counter[tuple[str, str]] = field(default_factory=Counter)
    answers: Counter[int] = field(default_factory=Counter)
    addresses: Counter[str] = field(default_factory=Counter)
    wrong: dict[str, list[str]] = field(default_factory=dict)

    def complain(self, place: str, what: str, about: str = "") -> None:
        """Write down what is wrong, once for each kind of place, with where to see it."""
        self.wrong.setdefault(f"{pattern_of(place)}: {what}", []).append(f"{place} {about}"[:300])


def pattern_of(path: str) -> str:
    """The kind of an address: numbers and keys do not matter, nor what is asked for in a query."""
    parts = urlsplit(path)
    plain = re.sub(r"(?<=/panels/)(?!new|segments|invitations)[^/\d][^/]*", "<slug>", parts.path)
    plain = re.sub(r"(?<=/ideas/)\d+[^/]*", "<id>", plain)
    plain = re.sub(r"(?<=/)\d+(?=/|$|\.)", "<id>", plain)
    plain = re.sub(r"(?<=/)[\w.-]{32,}(?=/|$)", "<key>", plain)
    names = sorted({name for name, _value in parse_qsl(parts.query, keep_blank_values=True)})
    return plain + (f"?{'&'.join(names)}" if names else "")


class Walker:
    """One person's browser without scripts, and the eyes that look at what it gets."""

    def __init__(
        self, url: str, supply: Supply, report: Report, *, eyes: Eyes, stuffing: Sequence[str] = ()
    ) -> None:
        self._http = httpx.Client(base_url=url, follow_redirects=False, timeout=60)
        self._url, self._supply, self._report, self._eyes = url, supply, report, eyes
        # Names that no form of ours has, sent with each of them.
        self._stuffed = {name: [STUFFING] for name in stuffing}
        self.sheets: dict[tuple[str, tuple[str, ...]], list[Sheet]] = {}

    @property
    def http(self) -> httpx.Client:
        """The browser's connection, with its cookies."""
        return self._http

    def sign_in(self, email: str, password: str) -> None:
        """Be this member."""
        sheets, _links = paper.read(self._http.get("/sign-in").text, path="/sign-in")
        sheet = next(
            sheet for sheet in sheets if {"email", "password"} <= {each.name for each in sheet.fields}
        )
        sent = sheet.filled({"email": email})
        answer = self._http.post(sheet.action, data={**sent, "password": [password]})
        if answer.status_code != 303:
            raise SystemExit(f"{email} cannot sign in: {answer.status_code}")

    def go_through(
        self, starts: list[str], *, meetings: int = MEETINGS, is_looking: bool = True, follows: bool = True
    ) -> None:
        """Open each kind of address that can be reached from these, look at it, and keep its forms."""
        self.sheets.clear()
        met: Counter[str] = Counter()
        seen: set[str] = set()
        waiting = list(starts)
        while waiting:
            path = waiting.pop(0)
            kind = pattern_of(path)
            if path in seen or met[kind] >= meetings:
                continue
            seen.add(path)
            html = self.open(path, is_looking=is_looking)
            if html is None:
                continue
            met[kind] += 1
            sheets, links = paper.read(html, path=path)
            for sheet in sheets:
                self._keep(sheet, path)
            if follows:
                waiting += [inner for link in links if (inner := self._inside(link, path))]

    def _keep(self, sheet: Sheet, path: str) -> None:
        action = self._inside(sheet.action, path)
        if action is None or not (sheet.written or sheet.files) or CLOSED.search(urlsplit(action).path):
            return
        sheet.action = action
        names = tuple(sorted({each.name for each in (*sheet.written, *sheet.files)}))
        same = self.sheets.setdefault((pattern_of(action), names), [])
        if len(same) < 1:
            same.append(sheet)

    def open(self, path: str, *, is_looking: bool = True) -> str | None:
        """The page at an address, following where it leads; None if it is no page."""
        answer = self._ask("GET", path)
        for _hop in range(4):
            if not answer.is_redirect:
                break
            target = answer.headers["Location"]
            if self._inside(target, path) is None:
                self._report.complain(path, "leads away", target)
                return None
            answer = self._ask("GET", target)
        if answer.status_code == httpx.codes.NOT_FOUND:
            return None
        return self._judge(str(answer.url.raw_path, "ascii"), answer, is_looking=is_looking)

    def attack_everything(self, *, by_field: bool) -> None:
        """Write into each field of each form that was met, and look at what comes back.

        `by_field`: a form that refuses all at once gets them one by one; else only refusals are looked at.
        """
        for (action, _names), sheets in list(self.sheets.items()):
            for sheet in sheets:
                status = self._send(sheet, only=None, is_looking=by_field)
                if status == 422 and by_field and len(sheet.written) > 1:
                    for each in sheet.written:
                        self._send(sheet, only=each.name, is_looking=True)
                for each in sheet.hidden if by_field else ():
                    self._send(sheet, only=each.name, is_looking=True)
                self._report.addresses[action] += 1

    def say(self, texts: list[str], *, idea_id: int) -> None:
        """Say all of this below an idea, each in a comment of its own, and look at the page now and then."""
        for number, text in enumerate(texts, start=1):
            sheets, _links = paper.read(self._ask("GET", "/").text, path="/")
            token = next(each.value for sheet in sheets for each in sheet.fields if each.name == "csrf_token")
            sent = {"csrf_token": token, "body": text}
            answer = self._ask("POST", f"/ideas/{idea_id}/comments", data=sent)
            self._report.answers[answer.status_code] += 1
            self._report.fields["/ideas/<id>/comments", "body"] += 1
            if answer.status_code >= 500:
                self._report.complain(f"/ideas/{idea_id}/comments", f"answers {answer.status_code}", text)
            if number % 100 == 0:
                self.open(f"/ideas/{idea_id}")

    def _send(self, sheet: Sheet, *, only: str | None, is_looking: bool) -> int:
        texts: dict[str, str] = {}
        for each in sheet.written:
            if only is None or each.name == only:
                texts[each.name] = self._supply.next(each.most).text
        for each in sheet.hidden:
            if each.name == only:
                texts[each.name] = self._supply.next(1000).text
        files = {
            each.name: paper.file_for(each, self._supply.next(90).text) for each in sheet.files if not only
        }
        sent = sheet.filled(texts)
        place = pattern_of(sheet.action)
        for name in (*texts, *files):
            self._report.fields[place.partition("?")[0], name] += 1
        about = repr(texts)[:200]
        if sheet.method == "get":
            query = "&".join(f"{quote(name)}={quote(value)}" for name, all_ in sent.items() for value in all_)
            path = f"{urlsplit(sheet.action).path}?{query}"
            answer = self._ask("GET", path)
        elif files:
            answer = self._ask("POST", sheet.action, data=sent | self._stuffed, files=files)
        else:
            answer = self._ask("POST", sheet.action, data=sent | self._stuffed)
        self._report.answers[answer.status_code] += 1
        if answer.is_redirect:
            for name in (*texts, *files):
                self._report.stored[place.partition("?")[0], name] += 1
            target = answer.headers["Location"]
            if self._inside(target, sheet.action) is None:
                self._report.complain(sheet.action, "leads away", target)
            else:
                self.open(target, is_looking=is_looking)
        else:
            self._judge(sheet.action, answer, about=about)
        return answer.status_code

    def _ask(self, method: str, path: str, **sent: Any) -> httpx.Response:
        """The answer; a site that went away or hangs counts as broken, and is waited for."""
        try:
            return self._http.request(method, path, **sent)
        except httpx.TransportError as error:
            self._report.complain(path, f"no answer: {type(error).__name__}", repr(sent)[:200])
            self._wait()
            return httpx.Response(NO_ANSWER, request=httpx.Request(method, self._url + path))

    def _wait(self) -> None:
        for _second in range(60):
            try:
                self._http.get("/health/live", timeout=5)
            except httpx.TransportError:
                time.sleep(1)
            else:
                return
        raise SystemExit("the site is gone")

    def _judge(
        self, path: str, answer: httpx.Response, *, about: str = "", is_looking: bool = True
    ) -> str | None:
        if answer.status_code >= 500:
            self._report.complain(path, f"answers {answer.status_code}", about)
            return None
        if "x-broke" in answer.headers or "bcc" in answer.headers:
            self._report.complain(path, "a header was broken into", about)
        kind = answer.headers.get("Content-Type", "").partition(";")[0]
        judge = JUDGES.get(kind)
        if judge is not None:
            for what in judge(answer):
                self._report.complain(path, what, about)
        if kind != "text/html":
            return None
        if is_looking:
            for what in self._eyes.look(path, answer.text):
                self._report.complain(path, what, about)
        return answer.text

    def _inside(self, link: str, path: str) -> str | None:
        try:
            parts = urlsplit(urljoin(self._url + path, link))
        except ValueError:
            return None
        if f"{parts.scheme}://{parts.netloc}" != self._url or parts.path.startswith("/static/"):
            return None
        return parts.path + (f"?{parts.query}" if parts.query else "")


def _feed(answer: httpx.Response) -> list[str]:
    try:
        ElementTree.fromstring(answer.content)  # noqa: S314 from our own site
    except ElementTree.ParseError as error:
        return [f"a feed that nobody can read: {error}"]
    return []


def _table(answer: httpx.Response) -> list[str]:
    cells = (cell for row in csv.reader(io.StringIO(answer.text)) for cell in row)
    return (
        ["a formula in a table"] if any(c.startswith(FORMULA) and not NUMBER.match(c) for c in cells) else []
    )


JUDGES: dict[str, Callable[[httpx.Response], list[str]]] = {
    "application/atom+xml": _feed,
    "application/xml": _feed,
    "text/csv": _table,
}
