"""How often the ideas picked for a member's digest hold one that they supported afterwards.

Of each member with at least four votes the last one is taken back; then the picks are made as for a digest,
and it is looked whether the idea of that vote is among the five. The same is asked of the five most supported
ideas and of five drawn by chance, out of the same ideas that the member may read and does not know. Two
communities: one that is made up here, with tastes, tags and a popular few, and the demo (or the one of
INSTANCE, if given). Everything happens in a copy of the database.
"""

import hashlib
import os
import shutil
import tempfile
from collections.abc import Collection, Sequence
from datetime import timedelta
from pathlib import Path
from random import Random
from typing import Any

from flask import Flask
from flask_migrate import upgrade
from sqlalchemy import delete, insert, select, update

from community import create_app
from community.customers.actions.learning import learn_due
from community.demo.actions import seed_demo
from community.digests import weeks
from community.digests.actions import composing
from community.digests.actions.neighbours import count_neighbours
from community.digests.picking import MOST, Pool
from community.digests.queries import pool
from community.ideas.models import Follow, Idea, IdeaTag, Sighting, Tag, Vote
from community.infra import clock
from community.infra.db import db, unit_of_work
from community.members.models import Consent, Member
from community.panels.models import Panel
from community.statistics.intervals import wilson

LEAST_VOTES = 4
MEMBERS, IDEAS, SUBJECTS, TAGS_OF_SUBJECT = 600, 400, 10, 4
AT_ONCE = 50


def main() -> None:
    """Print for each community how often each way of picking hit, with its interval, and the ratios."""
    with tempfile.TemporaryDirectory() as folder:
        report("made up", _app(Path(folder) / "made", made_up))
        instance = os.environ.get("INSTANCE")
        report("demo", _copy(instance, Path(folder)) if instance else _app(Path(folder) / "demo", seed_demo))


def report(name: str, app: Flask) -> None:
    """One table."""
    with app.app_context():
        hits, n = measure()
    print(f"\n{name}: {n} held-out votes, hit rate at {MOST}")
    print(f"{'':<16}{'hits':>8}{'rate':>9}{'95% interval':>20}{'× most supported':>20}{'× chance':>12}")
    for way, count in hits.items():
        interval = wilson(count, n)
        span = f"{interval.low:.1%} to {interval.high:.1%}" if interval else "-"
        ratios = [
            f"{count / hits[other]:.2f}" if hits[other] else "-" for other in ("most supported", "chance")
        ]
        print(f"{way:<16}{count:>8}{count / n if n else 0:>9.1%}{span:>20}{ratios[0]:>20}{ratios[1]:>12}")


def measure() -> tuple[dict[str, int], int]:
    """How many of the held-out ideas each way of picking found, and of how many."""
    held_out = hold_out()
    give_all_consents()
    learn_due()
    count_neighbours()
    material, week = composing.Material(), weeks.week_of(clock.now(), zone="UTC")
    ideas, in_panel = material.ideas
    hits = dict.fromkeys(("picked", "most supported", "chance"), 0)
    n = 0
    ids = sorted(held_out)
    for start in range(0, len(ids), AT_ONCE):
        members = [db.session.get_one(Member, member_id) for member_id in ids[start : start + AT_ONCE]]
        readable = {member.id: pool.list_readable_panel_ids(member) for member in members}
        known = pool.list_done([member.id for member in members]).known
        picks = composing.choose(members, readable, material, week)
        for member in members:
            allowed = set().union(*(in_panel.get(panel_id, set()) for panel_id in readable[member.id]))
            allowed -= known.get(member.id, set())
            # What cannot be shown (delivered, locked, in a panel they left) no way of picking could find.
            if held_out[member.id] not in allowed:
                continue
            n += 1
            wanted = held_out[member.id]
            hits["picked"] += wanted in [each.id for each in picks[member.id]]
            hits["most supported"] += wanted in most_supported(ideas, allowed)
            hits["chance"] += wanted in by_chance(member.id, allowed)
    return hits, n


def most_supported(ideas: Pool, allowed: Collection[int]) -> Sequence[int]:
    """The five that most members support."""
    return sorted(allowed, key=lambda idea_id: (-ideas.by_id[idea_id].support_count, idea_id))[:MOST]


def by_chance(member_id: int, allowed: Collection[int]) -> Sequence[int]:
    """Five of them by chance, the same in every run."""
    return sorted(allowed, key=lambda idea_id: hashlib.sha256(f"{member_id}:{idea_id}".encode()).digest())[
        :MOST
    ]


def hold_out() -> dict[int, int]:
    """Take back each member's last vote as if it had never been: member → idea."""
    votes: dict[int, list[tuple[Any, int]]] = {}
    for member_id, idea_id, at in db.session.execute(select(Vote.member_id, Vote.idea_id, Vote.cast_at)):
        votes.setdefault(member_id, []).append((at, idea_id))
    held_out = {member_id: max(cast)[1] for member_id, cast in votes.items() if len(cast) >= LEAST_VOTES}
    with unit_of_work() as session:
        for member_id, idea_id in held_out.items():
            for model in (Vote, Sighting, Follow):
                session.execute(delete(model).where(model.member_id == member_id, model.idea_id == idea_id))
            session.execute(
                update(Idea).where(Idea.id == idea_id).values(support_count=Idea.support_count - 1)
            )
    return held_out


def give_all_consents() -> None:
    """Everybody agrees: it is measured what can be learned, not how many let us."""
    with unit_of_work() as session:
        session.execute(
            insert(Consent),
            [
                {
                    "member_id": member_id,
                    "purpose": "learning",
                    "is_given": True,
                    "wording": "",
                    "locale": "en",
                }
                for member_id in session.scalars(select(Member.id))
            ],
        )


def made_up() -> None:
    """Members with two subjects each, ideas with one; half of each subject's people care for half its ideas.

    Three of ten votes follow the crowd. A fifth of the ideas have no tags, and no tag tells the halves apart:
    only who supports what does.
    """
    dice = Random(11)
    now = clock.now()
    with unit_of_work() as session:
        panel = Panel(slug="all", name="All")
        session.add(panel)
        session.flush()
        members = session.scalars(
            insert(Member).returning(Member.id, sort_by_parameter_order=True),
            [
                {"display_name": f"Member {n}", "password_hash": "", "joined_at": now - timedelta(days=300)}
                for n in range(MEMBERS)
            ],
        ).all()  # fmt: skip
        tags = session.scalars(
            insert(Tag).returning(Tag.id, sort_by_parameter_order=True),
            [
                {"panel_id": panel.id, "name": f"t{n}", "folded": f"t{n}"}
                for n in range(SUBJECTS * TAGS_OF_SUBJECT)
            ],
        ).all()
        ideas = session.scalars(
            insert(Idea).returning(Idea.id, sort_by_parameter_order=True),
            [
                {"panel_id": panel.id, "author_id": dice.choice(members), "title": f"Idea {n}",
                 "published_at": now - timedelta(days=dice.uniform(1, 120)), "trend": dice.random()}
                for n in range(IDEAS)
            ],
        ).all()  # fmt: skip
        session.execute(update(Idea).values(root_id=Idea.id))
        kinds = {idea_id: (dice.randrange(SUBJECTS), dice.randrange(2)) for idea_id in ideas}
        session.execute(
            insert(IdeaTag),
            [
                {"idea_id": idea_id, "tag_id": tags[kinds[idea_id][0] * TAGS_OF_SUBJECT + number]}
                for idea_id in ideas
                if dice.random() < 0.8
                for number in dice.sample(range(TAGS_OF_SUBJECT), dice.choice((1, 2)))
            ],
        )
        votes = _votes(dice, members, ideas, kinds)
        session.execute(
            insert(Vote),
            [
                {"member_id": member_id, "idea_id": idea_id, "cast_at": now - timedelta(days=100 - number)}
                for member_id, cast in votes.items()
                for number, idea_id in enumerate(cast)
            ],
        )
        for idea_id in ideas:
            count = sum(idea_id in cast for cast in votes.values())
            session.execute(
                update(Idea).where(Idea.id == idea_id).values(support_count=count, seen_count=2 * count)
            )


def _votes(
    dice: Random, members: Sequence[int], ideas: Sequence[int], kinds: dict[int, tuple[int, int]]
) -> dict[int, list[int]]:
    appeal = {idea_id: dice.lognormvariate(0, 1) for idea_id in ideas}
    votes: dict[int, list[int]] = {}
    for member_id in members:
        liked = {(subject, dice.randrange(2)) for subject in dice.sample(range(SUBJECTS), 2)}
        own = [idea_id for idea_id in ideas if kinds[idea_id] in liked]
        cast: dict[int, None] = {}
        for _vote in range(dice.randint(4, 14)):
            among = own if own and dice.random() < 0.7 else ideas
            cast[dice.choices(among, [appeal[idea_id] for idea_id in among])[0]] = None
        votes[member_id] = list(cast)
    return votes


def _app(folder: Path, fill: Any) -> Flask:
    folder.mkdir()
    app = create_app({"INSTANCE": folder})
    with app.app_context():
        upgrade()
        fill()
    return app


def _copy(instance: str, folder: Path) -> Flask:
    shutil.copytree(instance, folder / "copy")
    app = create_app({"INSTANCE": folder / "copy"})
    with app.app_context():
        upgrade()
    return app


if __name__ == "__main__":
    main()
