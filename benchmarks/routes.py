"""What every page costs by who asks: all addresses of GET routes that links lead to, dearest first.

By default on the demo community, else on bulk data of a size. A visitor, a member, and two who work here walk
along links from the entrance; of each route the first few addresses are measured, in one process on SQLite,
and the dearest counts. CPU is told in multiples of an empty view, with the statements that were sent.
"""

import gc
import logging
import os
import re
import subprocess
import sys
import time
from argparse import ArgumentParser
from collections import defaultdict, deque
from collections.abc import Iterator
from contextlib import contextmanager
from html import unescape
from typing import Any
from urllib.parse import urldefrag

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event, select
from werkzeug.exceptions import HTTPException

from benchmarks._ground import FOLDER, ROOT, SIZES, SQLITE, Ground, asked, environment, grounds, sign_in
from community.demo import content
from community.demo.actions.scale.people import address_of
from community.infra.db import db
from community.members.models import Member

# By whom the site is walked through: their key in the demo, their number in bulk data.
WALKERS: dict[str, tuple[str, int] | None] = {
    "visitor": None, "member": ("ben", 9), "owner": ("omar", 2), "admin": ("ada", 1),
}  # fmt: skip
STARTS = (
    "/", "/panels", "/surveys", "/rewards", "/roadmap", "/you-said", "/me", "/inbox", "/join", "/sign-in",
    "/staff",
)  # fmt: skip
ADDRESSES, ROUNDS, REPEATS = 2, 2, 2
DEAR = 3.0
_LINK = re.compile(r"""<a\s[^>]*?href="([^"]+)\"""")


def main() -> None:
    """A table of all routes, the dearest first."""
    parser = ArgumentParser(description=__doc__)
    parser.add_argument("--size", choices=("demo", *SIZES), default="demo")
    parser.add_argument("--most", type=int, default=40, help="how many routes are shown")
    told = parser.parse_args()
    # A line for each request is not what is measured here.
    logging.disable()
    if told.size == "demo":
        measure(demo(), told.most)
        return
    with grounds(told.size, [SQLITE], is_copy=True) as (ground,):
        measure(ground, told.most)


def demo() -> Ground:
    """The demo community, made once."""
    instance = FOLDER / "demo"
    ground = Ground("demo", f"sqlite:///{instance / 'community.db'}", instance)
    instance.mkdir(parents=True, exist_ok=True)
    settings = {**os.environ, **environment(ground, 8000), "PYTHONPATH": str(ROOT)}
    for command in (["db", "upgrade"], ["seed", "demo"]):
        subprocess.run(
            [sys.executable, "-m", "flask", *command], env=settings, cwd=ROOT, check=True, capture_output=True
        )
    return ground


def measure(ground: Ground, most: int) -> None:
    """Walk, measure, print."""
    app = ground.app()
    hello = Flask("hello")
    hello.add_url_rule("/", "hello", lambda: "hello")
    empty = hello.test_client()
    found: dict[str, dict[str, tuple[float, int]]] = defaultdict(dict)
    for name, who in WALKERS.items():
        client = app.test_client()
        if who is not None:
            client.set_cookie(*cookie_of(ground, who).split("=", 1))
        for endpoint, addresses in walk(app, client).items():
            found[endpoint][name] = max(cost_of(app, client, empty, each) for each in addresses)
    by_cost = sorted(found.items(), key=lambda item: -max(cost for cost, _sent in item[1].values()))
    costs = sorted(cost for each in found.values() for cost, _sent in each.values())
    middle = costs[len(costs) // 2]
    print(f"{len(found)} routes; the middle one costs {middle:.0f} × an empty view in this process")
    print(
        f"{'× the middle one':<44}"
        + "".join(f"{name:>20}" for name in WALKERS)
        + "   (× empty view, statements)"
    )
    for endpoint, each in by_cost[:most]:
        dearest = max(cost for cost, _sent in each.values()) / middle
        line = f"{endpoint:<34}{dearest:>6.1f}{' !' if dearest >= DEAR else '':<4}"
        print(line + "".join(f"{_told(each.get(name)):>20}" for name in WALKERS), flush=True)


def cookie_of(ground: Ground, who: tuple[str, int]) -> str:
    """The cookie of somebody of the demo or of the bulk data."""
    address = content.email_of(who[0]) if ground.name == "demo" else address_of(who[1])
    number = asked(
        ground, lambda _app: db.session.scalars(select(Member.id).where(Member.email == address)).one()
    )
    return sign_in(ground, [number])[0].cookie


def walk(app: Flask, client: FlaskClient) -> dict[str, list[str]]:
    """The first addresses of every route that links lead to."""
    found: dict[str, list[str]] = defaultdict(list)
    ahead, seen = deque(STARTS), set(STARTS)
    while ahead:
        path = ahead.popleft()
        endpoint = endpoint_of(app, path)
        if endpoint is None or len(found[endpoint]) >= ADDRESSES:
            continue
        answer = client.get(path)
        if answer.status_code != 200:
            continue
        found[endpoint].append(path)
        if answer.mimetype != "text/html":
            continue
        for link in _LINK.findall(answer.get_data(as_text=True)):
            address = urldefrag(unescape(link)).url
            if address.startswith("/") and address not in seen:
                seen.add(address)
                ahead.append(address)
    return {endpoint: addresses for endpoint, addresses in found.items() if addresses}


def endpoint_of(app: Flask, path: str) -> str | None:
    """Which route answers there to GET; None if none does, or one that is no page."""
    try:
        endpoint, _values = app.url_map.bind("127.0.0.1").match(path.partition("?")[0], method="GET")
    except HTTPException:
        return None
    return None if endpoint.startswith("static") else str(endpoint)


def cost_of(app: Flask, client: FlaskClient, empty: FlaskClient, path: str) -> tuple[float, int]:
    """The page's CPU by the empty view's, the lowest of some rounds, and how many statements it sends."""
    with statements(app) as sent:
        client.get(path)
    ratios = []
    for _round in range(ROUNDS):
        gc.collect()
        unit = seconds_of(empty, "/", REPEATS * 20) / 20
        ratios.append(seconds_of(client, path, REPEATS) / unit)
    return min(ratios), len(sent)


def seconds_of(client: FlaskClient, path: str, times: int) -> float:
    """CPU of so many calls."""
    started = time.process_time()
    for _number in range(times):
        client.get(path).close()
    return time.process_time() - started


@contextmanager
def statements(app: Flask) -> Iterator[list[str]]:
    """What is sent to the database meanwhile."""
    sent: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        sent.append(statement)

    with app.app_context():
        engine = db.engine
    event.listen(engine, "before_cursor_execute", note)
    try:
        yield sent
    finally:
        event.remove(engine, "before_cursor_execute", note)


def _told(cost: tuple[float, int] | None) -> str:
    return f"{cost[0]:.0f} ({cost[1]})" if cost else "–"


if __name__ == "__main__":
    main()
