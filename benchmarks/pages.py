"""CPU of the pages people open most, as multiples of an empty Flask view, on two sizes of a panel.

Everything runs in one process on SQLite through Flask's test client. A figure is the median of rounds in
which all pages take turns, so that a busy machine slows the empty view as much as the others.
"""

import gc
import statistics
import tempfile
import time
from collections.abc import Callable

from flask import Flask
from flask_migrate import upgrade
from sqlalchemy import insert

from community import create_app
from community.analysis.tokens import index_terms
from community.ideas import ranking
from community.ideas.models import Comment, Idea
from community.infra import clock
from community.infra.db import unit_of_work
from community.members import actions as members
from community.members.models import Member
from community.panels.models import Membership, Panel

SIZES = (1_000, 20_000)
ROUNDS, REPEATS = 9, 12
WORDS = ("card", "wrap", "ribbon", "paper", "voice", "letter", "guide", "shop", "print", "colour", "gift")


def main() -> None:
    """Print a table: a row for each page, a column for each size."""
    columns = {size: measure(size) for size in SIZES}
    print(f"{'page':<28}" + "".join(f"{size:>12,} ideas" for size in SIZES) + f"{'growth':>10}")
    for page in columns[SIZES[0]]:
        figures = [columns[size][page] for size in SIZES]
        print(
            f"{page:<28}"
            + "".join(f"{figure:>14.1f} ×  " for figure in figures)
            + f"{figures[1] / figures[0]:>9.2f}"
        )


def measure(size: int) -> dict[str, float]:
    """For each page the multiple of the empty view's CPU."""
    with tempfile.TemporaryDirectory() as folder:
        app = create_app({"INSTANCE": folder, "RATE_LIMITS": False, "WTF_CSRF_ENABLED": False})
        hello = Flask("hello")
        hello.add_url_rule("/hello", "hello", lambda: "hello")
        with app.app_context():
            upgrade()
            idea_id, token = fill(size)
        visitor, member, empty = app.test_client(), app.test_client(), hello.test_client()
        with member.session_transaction() as session:
            session["_user_id"], session["_fresh"] = token, True
        pages: dict[str, Callable[[], object]] = {
            "an empty view": lambda: empty.get("/hello"),
            "board, visitor": lambda: visitor.get("/panels/bench"),
            "board, member": lambda: member.get("/panels/bench"),
            "board by support, page 20": lambda: visitor.get("/panels/bench?sort=top&page=20"),
            "search": lambda: visitor.get("/panels/bench?q=ribbon+colour"),
            "idea with 50 comments": lambda: member.get(f"/ideas/{idea_id}"),
            "vote and withdraw": lambda: (
                member.post(f"/ideas/{idea_id}/vote"), member.post(f"/ideas/{idea_id}/vote/withdraw"),
            ),
        }  # fmt: skip
        rounds = [{name: cpu_of(page) for name, page in pages.items()} for _ in range(ROUNDS)]
        return {
            name: statistics.median(each[name] / each["an empty view"] for each in rounds) for name in pages
        }


def cpu_of(page: Callable[[], object]) -> float:
    """Seconds of CPU for REPEATS calls."""
    gc.collect()
    started = time.process_time()
    for _ in range(REPEATS):
        page()
    return time.process_time() - started


def fill(size: int) -> tuple[int, str]:
    """One panel with that many ideas; the id of one with 50 comments, and the token of a member's session."""
    with unit_of_work() as session:
        member = Member(
            display_name="Bench", password_hash="", email="b@example.org", email_folded="b@example.org"
        )
        panel = Panel(slug="bench", name="Bench", idea_count=size, member_count=1)
        session.add_all([member, panel])
        session.flush()
        session.add(Membership(panel_id=panel.id, member_id=member.id))
        for start in range(0, size, 1000):
            session.execute(
                insert(Idea), [row(number, panel, member) for number in range(start, start + 1000)]
            )
        session.execute(insert(Comment), [answer(size // 2, member) for _ in range(50)])
    return size // 2, members.begin_session(member)


def answer(idea_id: int, member: Member) -> dict[str, object]:
    """One comment."""
    return {
        "idea_id": idea_id,
        "author_id": member.id,
        "body": "So it is.",
        "body_html": "<p>So it is.</p>",
        "published_at": clock.now(),
    }


def row(number: int, panel: Panel, member: Member) -> dict[str, object]:
    """One idea; about one in fifty says both "ribbon" and "colour"."""
    words = [WORDS[(number * step) % len(WORDS)] for step in (1, 3, 5)]
    title = f"A {' '.join(words)} for occasion number {number}"
    at = clock.ago(minutes=number)
    return {
        "id": number + 1, "root_id": number + 1, "panel_id": panel.id, "author_id": member.id, "title": title,
        "slug": f"idea-{number}", "body": title, "body_html": f"<p>{title}</p>", "excerpt": title,
        "search_terms": " ".join(index_terms(title)), "published_at": at, "updated_at": at,
        "status_changed_at": at, "support_count": number * 7919 % 211, "trend": ranking.weight(at),
        "comment_count": 0,
    }  # fmt: skip


if __name__ == "__main__":
    main()
