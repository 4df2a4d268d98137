"""What is no text in a field: addresses, targets to be sent to, headers, bodies and names of files."""

import base64
import json
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import quote

import httpx
from playwright.sync_api import Page

from tests.attacks import paper
from tests.attacks.walk import Report

# Words of files that lie beside the site, and of an attacker's pages.
LEAKED = ("root:x:", "SECRET_KEY", "[extensions]", "Traceback (most recent")
ELSEWHERE = "evil.test"
# A browser decides where a link leads; ours only has to read it.
LEADS = "([target, base]) => { try { return new URL(target, base).host } catch { return '' } }"
# Pages that ask the database for what the address says.
ASKING = (
    "/panels/{panel}?q={}", "/panels/{panel}?sort={}", "/panels/{panel}?status={}", "/panels/{panel}?tag={}",
    "/panels/{panel}?page={}", "/panels/{panel}/similar?title={}", "/roadmap?panel={}", "/inbox?page={}",
    "/staff/feedback?q={}", "/staff/feedback?topic={}", "/staff/members?q={}", "/staff/audit?area={}",
    "/staff/cases?owner={}", "/ideas/{}", "/panels/{}", "/me/privacy/data/{}",
)  # fmt: skip
LOOKED_FOR = (
    "/{}", "/static/{}", "/ideas/1/images/{}", "/panels/{}", "/rewards/1/picture/{}", "/i/{}",
    "/members/1/picture?key={}",
)  # fmt: skip
SLOW_SECONDS = 5.0


class Outside:
    """Somebody signed in who speaks HTTP by hand."""

    def __init__(self, url: str, http: httpx.Client, report: Report, *, page: Page, panel: str) -> None:
        self._url, self._http, self._report = url, http, report
        self._page, self._panel = page, panel

    def try_all(self, folder: Path) -> dict[str, int]:
        """Each corpus in its way; says how many requests each took."""
        ways: dict[str, Callable[[list[dict[str, str]]], Iterator[None]]] = {
            "redirect": self._targets, "header": self._headers, "path": self._paths, "json": self._bodies,
            "sqli": self._questions,
        }  # fmt: skip
        done = {}
        for name, attack in ways.items():
            lines = (folder / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()
            done[name] = sum(1 for _request in attack([json.loads(line) for line in lines]))
        return done

    def _targets(self, lines: list[dict[str, str]]) -> Iterator[None]:
        token = self._token("/")
        for line in lines:
            target = quote(line["payload"], safe="", errors="replace")
            for path in (f"/sign-in?next={target}", f"/join?next={target}"):
                self._leads("GET", path, self._ask("GET", path))
                yield
            form = {"csrf_token": token, "locale": "en", "next": line["payload"]}
            self._leads("POST", "/language", self._ask("POST", "/language", data=form))
            yield

    def _headers(self, lines: list[dict[str, str]]) -> Iterator[None]:
        for line in lines:
            name, separator, value = line["payload"].partition(": ")
            if not separator or line["class"] not in ("host-header", "proxy-header"):
                name, value = "X-Request-Id", line["payload"]
            for path in ("/me/security", "/forgotten-password", "/staff/nowhere"):
                try:
                    answer = self._ask("GET", path, headers={name: value})
                except (httpx.LocalProtocolError, UnicodeError, ValueError):
                    # Not even a header.
                    continue
                said = answer.text + repr(answer.headers.multi_items())
                if ELSEWHERE in said or "x-broke" in answer.headers:
                    self._report.complain(path, "says what a header said", repr(line["payload"]))
                yield

    def _paths(self, lines: list[dict[str, str]]) -> Iterator[None]:
        for line in lines:
            wanted = line["payload"].replace("{FILE}", "etc/passwd")
            if line["class"] == "upload-filename":
                yield from self._upload(wanted)
                continue
            for place in LOOKED_FOR:
                # As it is: a client that tidies addresses would take the attack out.
                self._raw(place.format(wanted))
                self._ask("GET", place.format(quote(wanted, safe="")))
                yield

    def _bodies(self, lines: list[dict[str, str]]) -> Iterator[None]:
        token = self._token("/")
        for line in lines:
            text = line["payload"]
            body = (
                base64.b64decode(text[7:]) if text.startswith("base64:") else text.encode("utf-8", "replace")
            )
            for path in ("/ideas/1/vote", "/me/profile", "/flags"):
                headers = {"Content-Type": "application/json", "X-CSRFToken": token, "Referer": self._url}
                self._ask("POST", path, content=body, headers=headers)
                yield

    def _questions(self, lines: list[dict[str, str]]) -> Iterator[None]:
        for number, line in enumerate(lines):
            # Each text in two of the places, so that each place gets some of each kind.
            for place in (ASKING[number % len(ASKING)], ASKING[(number * 7 + 3) % len(ASKING)]):
                said = quote(line["payload"], safe="", errors="replace")
                self._ask("GET", place.replace("{panel}", self._panel).replace("{}", said))
                yield

    def _upload(self, name: str) -> Iterator[None]:
        form = {"csrf_token": self._token("/me/profile")}
        file = (name, b"<script>alert(1)</script>", "image/png")
        answer = self._ask("POST", "/me/profile/picture", data=form, files={"picture": file})
        if answer.status_code != 422:
            self._report.complain(
                "/me/profile/picture", f"takes a page for a picture: {answer.status_code}", name
            )
        yield

    def _token(self, path: str) -> str:
        sheets, _links = paper.read(self._ask("GET", path).text, path=path)
        return next(each.value for sheet in sheets for each in sheet.fields if each.name == "csrf_token")

    def _ask(self, method: str, path: str, **sent: object) -> httpx.Response:
        started = time.monotonic()
        try:
            answer = self._http.request(method, path, **sent)  # type: ignore[arg-type]
        except (httpx.ConnectError, httpx.ReadError, httpx.RemoteProtocolError, httpx.ReadTimeout) as error:
            self._report.complain(path.partition("?")[0][:60], f"no answer: {type(error).__name__}", path)
            return httpx.Response(599, request=httpx.Request(method, self._url))
        self._report.answers[answer.status_code] += 1
        place = path.partition("?")[0][:30]
        if answer.status_code >= 500:
            self._report.complain(place, f"answers {answer.status_code}", path)
        if time.monotonic() - started > SLOW_SECONDS:
            self._report.complain(place, "takes long", path)
        if any(word in answer.text for word in LEAKED):
            self._report.complain(place, "says what no page says", path)
        return answer

    def _raw(self, path: str) -> None:
        if not path.isascii() or any(ord(sign) < 33 for sign in path):
            return
        request = self._http.build_request("GET", "/")
        request.url = httpx.URL(self._url).copy_with(raw_path=path.encode())
        try:
            answer = self._http.send(request)
        except httpx.HTTPError:
            return
        self._report.answers[answer.status_code] += 1
        if answer.status_code >= 500 or any(word in answer.text for word in LEAKED):
            self._report.complain(path[:30], f"answers {answer.status_code} to a raw path", path)

    def _leads(self, method: str, path: str, answer: httpx.Response) -> None:
        if not answer.is_redirect:
            return
        host = self._page.evaluate(LEADS, [answer.headers["Location"], self._url + "/"])
        if host != httpx.URL(self._url).netloc.decode():
            self._report.complain(path[:30], f"{method} leads to {host}", answer.headers["Location"])
