"""Reading what was learned about members, with what it rests on as they may see it today."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from typing import Any, NamedTuple

from sqlalchemy import Select, and_, func, or_, select
from sqlalchemy.orm import aliased

from community.customers.learning import STAGE_KEY
from community.customers.models import LearnedFact
from community.feedback.models import FeedbackItem, Topic
from community.ideas.models import Idea, Vote
from community.infra import clock
from community.infra.db import db
from community.infra.errors import NotFound
from community.infra.language import text_in
from community.infra.text import excerpt
from community.members import queries as members
from community.members.models import Member
from community.panels.queries import readable_panel_ids

PURPOSE = "learning"
# What was learned is looked at anew after a day if the member was here, else after a week for their stage …
ANEW_AFTER_DAYS = 1
ANEW_AT_REST_DAYS = 7
# … and within the hour when they have said and supported so much since.
ENOUGH_NEW = 5
EXCERPT = 90


class Evidence(NamedTuple):
    """One thing a fact rests on; `title` is empty where the member can no longer see it."""

    how: str
    title: str = ""
    path: str = ""
    on: str = ""


class FactView(NamedTuple):
    """A fact as its member reads it; `name` is its topic's or tag's name in their language."""

    id: int
    kind: str
    key: str
    words: str
    name: str
    state: str
    correction: str
    evidence: tuple[Evidence, ...]


class Standing(NamedTuple):
    """What stands about one member, for choosing what to show them; wishes are (fact's number, words)."""

    interests: Mapping[str, float]
    wishes: Sequence[tuple[int, str]]
    languages: frozenset[str]


UNKNOWN = Standing({}, (), frozenset())

_ORDER = (LearnedFact.kind, LearnedFact.strength.desc(), LearnedFact.id.desc())


def list_facts(member: Member) -> list[FactView]:
    """All that was learned about the member and not forgotten, the strongest of each kind first."""
    facts = db.session.scalars(
        select(LearnedFact)
        .where(LearnedFact.member_id == member.id, LearnedFact.state != "forgotten")
        .order_by(*_ORDER)
    ).all()
    ideas, items = _titles(member, facts)
    names = _topic_names(facts)
    return [
        _view(fact, names, tuple(_evidence(each, ideas, items) for each in fact.evidence)) for fact in facts
    ]


def view_fact(fact: LearnedFact) -> FactView:
    """One fact as its member reads it, without what it rests on."""
    return _view(fact, _topic_names([fact]), ())


def count_forgotten(member: Member) -> int:
    """How many things the member asked us to forget."""
    forgotten = select(func.count(LearnedFact.id)).where(
        LearnedFact.member_id == member.id, LearnedFact.state == "forgotten"
    )
    return db.session.scalar(forgotten) or 0


def get_fact(fact_id: int, member: Member) -> LearnedFact:
    """One fact about the member that was not forgotten; NotFound for any other."""
    fact = db.session.get(LearnedFact, fact_id)
    if fact is None or fact.member_id != member.id or fact.state == "forgotten":
        raise NotFound()
    return fact


def list_standing(member_ids: Collection[int]) -> Mapping[int, Standing]:
    """What stands about those of these members who agree to it, in one statement."""
    rows = db.session.execute(
        select(
            LearnedFact.id,
            LearnedFact.member_id,
            LearnedFact.kind,
            LearnedFact.key,
            LearnedFact.words,
            LearnedFact.strength,
        )
        .where(
            LearnedFact.member_id.in_(member_ids),
            LearnedFact.state == "standing",
            LearnedFact.kind.in_(("interest", "preference", "language")),
            LearnedFact.member_id.in_(members.consenting_ids(PURPOSE)),
        )
        .order_by(*_ORDER)
    )
    by_member: dict[int, list[Any]] = defaultdict(list)
    for row in rows:
        by_member[row.member_id].append(row)
    return {member_id: _standing(facts) for member_id, facts in by_member.items()}


def list_agreeing(member_ids: Collection[int]) -> set[int]:
    """Those of these members who agree that something is learned about them."""
    agreeing = members.consenting_ids(PURPOSE)
    return set(
        db.session.scalars(select(Member.id).where(Member.id.in_(member_ids), Member.id.in_(agreeing)))
    )


def name_standing(member: Member) -> Mapping[str | int, str]:
    """What stands about the member in words: interests by their key, wishes by the number of the fact."""
    facts = db.session.scalars(
        select(LearnedFact).where(
            LearnedFact.member_id == member.id,
            LearnedFact.state == "standing",
            LearnedFact.kind.in_(("interest", "preference")),
        )
    ).all()
    topics = _topic_names(facts)
    named: dict[str | int, str] = {fact.id: fact.words for fact in facts if fact.kind == "preference"}
    named.update({fact.key: topics.get(fact.key, fact.words) for fact in facts if fact.kind == "interest"})
    return named


def list_due(*, limit: int) -> list[int]:
    """The members who agree to it and about whom there may be something new to learn, some at a time."""
    stage = aliased(LearnedFact)
    since = stage.learned_at
    new_texts = select(func.count(FeedbackItem.id)).where(
        FeedbackItem.author_id == Member.id, FeedbackItem.said_at > since, FeedbackItem.state == "read"
    )
    new_votes = select(func.count()).where(Vote.member_id == Member.id, Vote.cast_at > since)
    is_due = or_(
        stage.id.is_(None),
        since < clock.ago(days=ANEW_AT_REST_DAYS),
        and_(Member.last_active_at >= since, since < clock.ago(days=ANEW_AFTER_DAYS)),
        and_(
            Member.last_active_at >= since,
            new_texts.scalar_subquery() + new_votes.scalar_subquery() >= ENOUGH_NEW,
        ),
    )
    return list(
        db.session.scalars(
            select(Member.id)
            .outerjoin(
                stage,
                and_(stage.member_id == Member.id, stage.kind == "stage", stage.key == STAGE_KEY),
            )
            .where(Member.id.in_(members.consenting_ids(PURPOSE)), is_due)
            .order_by(Member.id)
            .limit(limit)
        )
    )


def lock_consenting(member_ids: Collection[int]) -> list[int]:
    """Those of these members who agree, held so that none of them stops agreeing meanwhile."""
    return list(
        db.session.scalars(
            select(Member.id)
            .where(Member.id.in_(member_ids), Member.id.in_(members.consenting_ids(PURPOSE)))
            .order_by(Member.id)
            .with_for_update(key_share=True, of=Member)
        )
    )


def list_rows(member_ids: Collection[int]) -> list[LearnedFact]:
    """All facts about these members, also forgotten ones, held until the transaction ends."""
    return list(
        db.session.scalars(
            select(LearnedFact)
            .where(LearnedFact.member_id.in_(member_ids))
            .order_by(LearnedFact.member_id, LearnedFact.id)
            .with_for_update()
            .execution_options(populate_existing=True)
        )
    )


def facts_of(member_id: int) -> Select[LearnedFact]:
    """A SELECT of all rows about one member, in the order they were learned."""
    return select(LearnedFact).where(LearnedFact.member_id == member_id).order_by(LearnedFact.id)


def has_agreed(member: Member) -> bool:
    """Whether the member agrees that something is learned about them."""
    return members.has_consent(member, PURPOSE)


def _standing(rows: Sequence[Any]) -> Standing:
    return Standing(
        interests={row.key: row.strength for row in rows if row.kind == "interest"},
        # What somebody dislikes is no reason to show it to them.
        wishes=[
            (row.id, row.words)
            for row in rows
            if row.kind == "preference" and not row.key.startswith("dislike:")
        ],
        languages=frozenset(row.key for row in rows if row.kind == "language"),
    )


def _view(fact: LearnedFact, names: Mapping[str, str], evidence: tuple[Evidence, ...]) -> FactView:
    name = names.get(fact.key, fact.words)
    return FactView(fact.id, fact.kind, fact.key, fact.words, name, fact.state, fact.correction, evidence)


def _topic_names(facts: Sequence[LearnedFact]) -> Mapping[str, str]:
    ids = [int(fact.key[6:]) for fact in facts if fact.kind == "interest" and fact.key.startswith("topic:")]
    rows = db.session.execute(select(Topic.id, Topic.name).where(Topic.id.in_(ids))) if ids else ()
    return {f"topic:{topic_id}": text_in(names) for topic_id, names in rows}


def _titles(
    member: Member, facts: Sequence[LearnedFact]
) -> tuple[Mapping[int, tuple[str, str]], Mapping[int, str]]:
    """Titles and slugs of ideas the member may see, and the beginnings of texts they wrote themselves."""
    ids: dict[str, set[int]] = defaultdict(set)
    for fact in facts:
        for each in fact.evidence:
            if "id" in each:
                ids[each["source"]].add(each["id"])
    ideas = db.session.execute(
        select(Idea.id, Idea.title, Idea.slug).where(
            Idea.id.in_(ids["idea"]),
            Idea.state == "published",
            Idea.panel_id.in_(readable_panel_ids(member)),
        )
    )
    items = db.session.execute(
        select(FeedbackItem.id, FeedbackItem.title, func.substr(FeedbackItem.text, 1, EXCERPT + 1)).where(
            FeedbackItem.id.in_(ids["item"]),
            FeedbackItem.author_id == member.id,
            FeedbackItem.state != "withdrawn",
        )
    )
    return (
        {idea_id: (title, slug) for idea_id, title, slug in ideas},
        {item_id: title or excerpt(text, EXCERPT) for item_id, title, text in items},
    )


def _evidence(
    each: Mapping[str, Any], ideas: Mapping[int, tuple[str, str]], items: Mapping[int, str]
) -> Evidence:
    if each["source"] == "account":
        return Evidence(each["how"], on=each["on"])
    if each["source"] == "idea" and each["id"] in ideas:
        title, slug = ideas[each["id"]]
        return Evidence(each["how"], title, f"/ideas/{each['id']}" + (f"-{slug}" if slug else ""))
    if each["source"] == "item" and each["id"] in items:
        return Evidence(each["how"], items[each["id"]], f"/me/said/{each['id']}")
    return Evidence(each["how"])
