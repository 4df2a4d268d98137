"""Learning about those members who agree to it, and unlearning when they no longer do."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import delete

from community.customers import learning
from community.customers.learning import Fact
from community.customers.models import LearnedFact
from community.customers.queries import facts, signals
from community.infra import clock
from community.infra.db import db, insert_new, unit_of_work

BATCH = 50


def learn_due() -> int:
    """Learn about all about whom there may be something new, and say how many they were.

    When everybody was last looked at stands with their facts: a killed worker's work goes on where it was.
    """
    looked_at: set[int] = set()
    while due := [member_id for member_id in facts.list_due(limit=BATCH) if member_id not in looked_at]:
        learn_about(due)
        looked_at.update(due)
    return len(looked_at)


def learn_about(member_ids: Collection[int]) -> None:
    """Learn what can be learned about those of these members who agree to it."""
    now = clock.now()
    # Read before writing: nobody else waits meanwhile.
    known = signals.know(member_ids)
    with unit_of_work():
        agreeing = facts.lock_consenting(member_ids)
        rows: dict[int, list[LearnedFact]] = defaultdict(list)
        for row in facts.list_rows(agreeing):
            rows[row.member_id].append(row)
        for member_id in agreeing:
            if member_id in known:
                _write(member_id, rows[member_id], learning.learn(known[member_id], now=now), now=now)


def unlearn(member_id: int) -> int:
    """Forget all that stands about a member and say how much it was.

    What they asked us to forget stays forgotten, should they agree again.
    """
    with unit_of_work() as session:
        forgotten = session.execute(
            delete(LearnedFact)
            .where(LearnedFact.member_id == member_id, LearnedFact.state != "forgotten")
            .returning(LearnedFact.id)
            .execution_options(synchronize_session=False)
        )
        count = len(forgotten.all())
        session.expire_all()
    return count


def _write(member_id: int, rows: Sequence[LearnedFact], found: Sequence[Fact], *, now: datetime) -> None:
    by_key = {(row.kind, row.key): row for row in rows}
    change = learning.compare(found, {key: row.state for key, row in by_key.items()})
    for fact in change.renewed:
        row = by_key[(fact.kind, fact.key)]
        row.words, row.strength, row.evidence = fact.words, fact.strength, list(fact.evidence)
    for key in change.dropped:
        db.session.delete(by_key[key])
    insert_new(
        LearnedFact,
        [
            {
                "member_id": member_id,
                "kind": fact.kind,
                "key": fact.key,
                "words": fact.words,
                "strength": fact.strength,
                "evidence": list(fact.evidence),
                "state": "standing",
                "correction": "",
                "learned_at": now,
            }
            for fact in change.added
        ],
    )
    stage = by_key.get(("stage", learning.STAGE_KEY))
    if stage is not None:
        # When the member was last looked at, also if their stage is not to be known.
        stage.learned_at = now
