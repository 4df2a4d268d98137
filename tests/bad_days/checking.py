"""What must be true after any bad day, looked up in the tables themselves and in the journal.

Nothing is shared with the site's own code but the table of reactions: both only agree by being right.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

from flask import Flask
from sqlalchemy import text

from community.infra.db import db
from community.reactions import REACTIONS
from tests.bad_days.journal import Asked, Journal

# Each counter that lists show, and the rows that it stands for.
COUNTERS = {
    "support of ideas": """
        SELECT id, support_count, (
            SELECT count(DISTINCT member_id) FROM votes
            WHERE is_counted AND idea_id IN (SELECT id FROM ideas AS joined WHERE joined.root_id = ideas.id)
        ) FROM ideas WHERE merged_into_id IS NULL""",
    "comments of ideas": """
        SELECT id, comment_count, (
            SELECT count(*) FROM comments WHERE state = 'published'
            AND idea_id IN (SELECT id FROM ideas AS joined WHERE joined.root_id = ideas.id)
        ) FROM ideas WHERE merged_into_id IS NULL""",
    "followers of ideas": """
        SELECT id, follower_count, (
            SELECT count(DISTINCT member_id) FROM follows
            WHERE idea_id IN (SELECT id FROM ideas AS joined WHERE joined.root_id = ideas.id)
        ) FROM ideas WHERE merged_into_id IS NULL""",
    "readers of ideas": """
        SELECT id, seen_count, (SELECT count(*) FROM sightings WHERE idea_id = ideas.id) FROM ideas""",
    "replies of comments": """
        SELECT id, reply_count, (
            SELECT count(*) FROM comments AS reply
            WHERE reply.parent_id = comments.id AND reply.state = 'published'
        ) FROM comments""",
    "ideas of panels": """
        SELECT id, idea_count, (SELECT count(*) FROM ideas WHERE panel_id = panels.id AND is_listed)
        FROM panels""",
    "members of panels": """
        SELECT id, member_count, (
            SELECT count(*) FROM memberships WHERE panel_id = panels.id AND left_at IS NULL
        ) FROM panels""",
    "ideas of tags": """
        SELECT id, idea_count, (
            SELECT count(*) FROM idea_tags JOIN ideas ON ideas.id = idea_id
            WHERE tag_id = tags.id AND ideas.is_listed
        ) FROM tags""",
    "unread notices": """
        SELECT id, unread_count, (
            SELECT count(*) FROM notices WHERE member_id = members.id AND read_at IS NULL
        ) FROM members""",
    "balances": """
        SELECT id, balance, (
            SELECT coalesce(sum(amount), 0) FROM ledger_entries WHERE account_id = accounts.id
        ) FROM ledger_accounts AS accounts WHERE member_id IS NOT NULL""",
}  # fmt: skip
# What must not be there at all.
WRONGS = {
    "an idea without what belongs to it": """
        SELECT id FROM ideas WHERE root_id IS NULL OR body_html IS NULL OR NOT EXISTS (
            SELECT 1 FROM activities WHERE subject_type = 'idea' AND subject_id = ideas.id
            AND kind IN ('idea.published', 'idea.held'))""",
    "a comment nobody recorded": """
        SELECT id FROM comments WHERE NOT EXISTS (
            SELECT 1 FROM activities WHERE subject_type = 'comment' AND subject_id = comments.id
            AND kind IN ('comment.added', 'comment.held'))""",
    "a standing vote whose history says otherwise": """
        SELECT votes.idea_id FROM votes WHERE (
            SELECT count(CASE change WHEN 'cast' THEN 1 END) - count(CASE change WHEN 'withdrawn' THEN 1 END)
            FROM vote_events WHERE idea_id = votes.idea_id AND member_id = votes.member_id) <> 1""",
    "points out of nothing": "SELECT sum(amount) FROM ledger_entries HAVING sum(amount) <> 0",
    "a transaction without two sides": """
        SELECT id FROM ledger_transactions WHERE (
            SELECT count(*) FROM ledger_entries WHERE transaction_id = ledger_transactions.id) <> 2""",
    "a free balance below nothing": """
        SELECT id FROM ledger_accounts WHERE balance < 0 AND kind <> 'member_available'""",
    "one thing rewarded twice": """
        SELECT source_id FROM awards GROUP BY member_id, rule, source_type, source_id, round
        HAVING count(*) > 1""",
}  # fmt: skip


def ensure_true(app: Flask, journal: Journal, *, is_idle: bool = True) -> None:
    """Fail and say everything that is wrong; `is_idle` if all that was owed should be done by now."""
    with app.app_context():
        db.session.rollback()
        wrong = [
            *_what_people_know(journal.read()),
            *_counters(),
            *_wrongs(),
            *_owed(is_idle=is_idle),
            *_files(),
        ]
        db.session.rollback()
    assert not wrong, "\n".join(wrong)


def _what_people_know(asked: Sequence[Asked]) -> Iterator[str]:
    """Whatever was acknowledged is there once; whatever was not is there once or not at all."""
    ideas = Counter(row[0] for row in _rows("SELECT title FROM ideas"))
    comments = Counter((row[0], row[1]) for row in _rows("SELECT idea_id, body FROM comments"))
    votes = Counter((row[0], row[1]) for row in _rows("SELECT idea_id, member_id FROM votes"))
    for each in asked:
        match each.kind:
            case "idea":
                found = ideas[each.facts["title"]]
            case "comment":
                found = comments[each.facts["idea_id"], each.facts["body"]]
            case "vote":
                found = votes[each.facts["idea_id"], each.facts["member_id"]]
            case _:
                raise AssertionError(f"nobody knows how to look for {each.kind}")
        if found > 1 or (each.was_acknowledged and found == 0):
            yield f"{each.kind} {each.facts} is there {found} times, acknowledged: {each.was_acknowledged}"


def _counters() -> Iterator[str]:
    for what, statement in COUNTERS.items():
        for key, kept, counted in _rows(statement):
            if kept != counted:
                yield f"{what}: {key} says {kept}, there are {counted}"


def _wrongs() -> Iterator[str]:
    for what, statement in WRONGS.items():
        for row in _rows(statement):
            yield f"{what}: {row[0]}"


def _owed(*, is_idle: bool) -> Iterator[str]:
    """Nothing that follows was forgotten, and nothing given up."""
    owed = Counter(row[0] for row in _rows("SELECT activity_id FROM owed_reactions"))
    for activity_id, kind in _rows("SELECT id, kind FROM activities"):
        if owed[activity_id] != len(REACTIONS[kind]):
            yield f"{kind} {activity_id} has {owed[activity_id]} reactions of {len(REACTIONS[kind])}"
    waiting = "AND state <> 'done'" if is_idle else "AND state = 'set_aside'"
    for row in _rows(f"SELECT reaction, state, attempts, error FROM owed_reactions WHERE 1 = 1 {waiting}"):
        yield f"not followed: {tuple(row)}"
    if is_idle:
        for row in _rows("SELECT id FROM feedback_items WHERE state = 'waiting'"):
            yield f"nobody read text {row[0]}"


def _files() -> Iterator[str]:
    """SQLite's own look through its file; PostgreSQL checks what it reads."""
    if db.engine.dialect.name == "sqlite":
        for row in _rows("PRAGMA integrity_check"):
            if row[0] != "ok":
                yield f"the file is damaged: {row[0]}"


def _rows(statement: str) -> Sequence[Any]:
    return db.session.execute(text(statement)).all()
