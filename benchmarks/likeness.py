"""CPU of finding the ideas most like a title, while it is typed, among 12,000 ideas on SQLite."""

import statistics
import tempfile
import time

import _texts
from flask_migrate import upgrade
from sqlalchemy import insert

from community import create_app
from community.analysis.tokens import index_terms
from community.ideas.models import Idea
from community.ideas.queries.similar import list_similar
from community.infra import clock
from community.infra.db import unit_of_work
from community.members.models import Member
from community.panels.models import Panel

IDEAS, QUESTIONS = 12_000, 200
GOAL = 0.03


def main() -> None:
    """Print the median and the 95th percentile of one look-up, in milliseconds of CPU, by language."""
    with tempfile.TemporaryDirectory() as folder:
        app = create_app({"INSTANCE": folder, "RATE_LIMITS": False})
        with app.app_context():
            upgrade()
            panel = fill()
            for name, titles in (
                ("English", _texts.english(QUESTIONS, seed=7)),
                ("Chinese", _texts.chinese(QUESTIONS, seed=7)),
            ):
                taken = sorted(cpu_of(panel, title) for title in titles)
                print(
                    f"{name}: median {1000 * statistics.median(taken):.1f} ms,"
                    f" 95th percentile {1000 * taken[int(0.95 * len(taken))]:.1f} ms (goal {1000 * GOAL:.0f})"
                )


def cpu_of(panel: Panel, title: str) -> float:
    """Seconds of CPU of one look-up."""
    started = time.process_time()
    list_similar(panel, title)
    return time.process_time() - started


def fill() -> Panel:
    """One panel with as many ideas in English as in Chinese."""
    titles = _texts.english(IDEAS // 2) + _texts.chinese(IDEAS // 2)
    with unit_of_work() as session:
        member = Member(
            display_name="Bench", password_hash="", email="b@example.org", email_folded="b@example.org"
        )
        panel = Panel(slug="bench", name="Bench", idea_count=IDEAS, member_count=1)
        session.add_all([member, panel])
        session.flush()
        for start in range(0, IDEAS, 1000):
            session.execute(
                insert(Idea),
                [
                    row(number, titles[number], panel=panel, member=member)
                    for number in range(start, start + 1000)
                ],
            )
    return panel


def row(number: int, title: str, *, panel: Panel, member: Member) -> dict[str, object]:
    """One idea."""
    at = clock.ago(minutes=number)
    return {
        "id": number + 1, "root_id": number + 1, "panel_id": panel.id, "author_id": member.id, "title": title,
        "slug": f"idea-{number}", "body": title, "body_html": f"<p>{title}</p>", "excerpt": title,
        "search_terms": " ".join(index_terms(title)), "published_at": at, "updated_at": at,
        "status_changed_at": at, "support_count": 0, "trend": 0.0, "comment_count": 0,
    }  # fmt: skip


if __name__ == "__main__":
    main()
