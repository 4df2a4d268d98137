"""Composing the digests of a week and writing them into mails.

All is read and put into words before anything is stored. The row of a digest and its mail are stored
together: whoever was written to is not written to again, whatever happens to a worker.
"""

import logging
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from functools import cached_property, partial
from typing import Any, NamedTuple

from flask import current_app

from community.activity.actions import record
from community.customers.queries import facts
from community.digests import picking, weeks
from community.digests.actions import links
from community.digests.models import OPINIONS, Digest
from community.digests.picking import Pick, Pool, Taste, Wish
from community.digests.queries import due, news, pool, reading
from community.digests.weeks import Week
from community.infra import clock, language, mail
from community.infra.db import db, unit_of_work
from community.infra.mail import Written
from community.members.models import Member
from community.notifications.actions.stopping import stop_url
from community.surveys.queries.mine import OpenSurvey, list_open

logger = logging.getLogger(__name__)

BATCH = 20
USUALLY = timedelta(days=7)
# A digest tells of no more than this, also to those whose last one is long ago.
FURTHEST_BACK = timedelta(days=14)
MOST_NEWS, MOST_DELIVERED, MOST_QUESTIONS = 6, 3, 3

Part = dict[str, Any]


class Composed(NamedTuple):
    """A digest that only has to be put down."""

    member_id: int
    email: str
    name: str
    locale: str
    parts: list[Part]
    # None where there is nothing to write.
    mail: Written | None
    stop_url: str


class Material:
    """What all digests of a run are made of, read when it is first needed."""

    @cached_property
    def ideas(self) -> tuple[Pool, Mapping[int, set[int]]]:
        """What could be shown, and in which panel it stands."""
        return pool.read_pool()

    @cached_property
    def steps(self) -> Sequence[news.Step]:
        """What became of ideas lately."""
        return news.list_steps(since=clock.now() - FURTHEST_BACK)


def send_due() -> int:
    """Compose and send the digests that are due now, and say how many were looked at."""
    now, material, looked = clock.now(), Material(), 0
    for zone, week in due.list_open_weeks(now):
        after = 0
        while members := due.list_due(zone, week, after=after, limit=BATCH):
            after = members[-1].id
            awake = [member for member in members if not _is_quiet(member, now)]
            _send(awake, material, week)
            looked += len(awake)
    return looked


def _send(members: Sequence[Member], material: Material, week: Week) -> None:
    """Compose and write; somebody whose digest cannot be made holds up none of the others."""
    ids = [member.id for member in members]
    try:
        _write(compose(members, material, week), week)
    except Exception:
        db.session.rollback()
        if len(ids) == 1:
            logger.exception("no digest could be made for member %s", ids[0])
        for member_id in ids if len(ids) > 1 else ():
            _send([db.session.get_one(Member, member_id)], material, week)


def compose(members: Sequence[Member], material: Material, week: Week) -> list[Composed]:
    """The digests of these members as they would be at this moment."""
    ids = [member.id for member in members]
    readable = {member.id: set(pool.list_readable_panel_ids(member)) for member in members}
    picks = choose(members, readable, material, week)
    involved = news.list_involved(ids, [step.idea_id for step in material.steps])
    told = news.list_told(ids, since=clock.now() - FURTHEST_BACK)
    last = news.list_last_composed(ids)
    composed = []
    for member in members:
        since = max(last.get(member.id, clock.now() - USUALLY), clock.now() - FURTHEST_BACK)
        asking = list_open(member)[:MOST_QUESTIONS]
        steps = [step for step in material.steps if step.at > since and step.panel_id in readable[member.id]]
        answered = [each for each in told.get(member.id, ()) if each.at > since]
        parts = [
            *_news(steps, answered, involved.get(member.id, set())),
            *(
                {"part": "pick", "id": each.id, "why": each.why, "about": each.about}
                for each in picks[member.id]
            ),
            *({"part": "question", "id": each.survey.id} for each in asking),
        ]
        composed.append(_finish(member, parts, asking))
    return composed


def choose(
    members: Sequence[Member], readable: Mapping[int, Collection[int]], material: Material, week: Week
) -> Mapping[int, list[Pick]]:
    """For each of these members the ideas they may like, of the panels they may read."""
    ideas, in_panel = material.ideas
    tastes, known = _tastes(members)
    neighbours = pool.list_neighbours({liked.id for taste in tastes.values() for liked in taste.liked})
    return {
        member.id: picking.pick(
            ideas,
            _allowed(in_panel, readable[member.id], known[member.id]),
            tastes[member.id],
            neighbours,
            seed=f"{member.id}:{week.on}",
        )
        for member in members
    }


def _finish(member: Member, parts: list[Part], asking: Sequence[OpenSurvey]) -> Composed:
    with language.writing_to(member.locale, member.time_zone):
        content = reading.read(parts, member, locale=member.locale, asking=asking)
    stop = stop_url(member.id, about=[due.TOPIC])
    written = None
    if content:
        written = mail.write(
            "digests/weekly",
            locale=member.locale,
            zone=member.time_zone,
            name=member.display_name,
            stop_url=stop,
            content=content,
            base_url=current_app.config["BASE_URL"],
            opinion_url=partial(links.opinion_url, member.id),
        )
    return Composed(
        member_id=member.id,
        email=str(member.email),
        name=member.display_name,
        locale=member.locale,
        parts=parts if content else [],
        mail=written,
        stop_url=stop,
    )


def _write(composed: Sequence[Composed], week: Week) -> None:
    """Digests and mails; an empty one is noted as well, so that nobody looks again this week."""
    with unit_of_work() as session:
        still = due.lock_without_digest([each.member_id for each in composed], week)
        written = 0
        for each in composed:
            if each.member_id not in still:
                continue
            if each.mail is not None:
                _post(each, each.mail)
                written += 1
            digest = Digest(member_id=each.member_id, week_on=week.on, parts=each.parts)
            session.add(digest)
        if written:
            record("digest.sent", subject=digest, actor=None, count=written)


def _post(composed: Composed, written: Written) -> None:
    mail.post_written(
        written,
        to=composed.email,
        name=composed.name,
        locale=composed.locale,
        stop_url=composed.stop_url,
    )


def _news(steps: Sequence[news.Step], told: Sequence[news.Told], involved: set[int]) -> list[Part]:
    """What became of what the member said and supports, then what was delivered to everybody."""
    own = [step for step in steps if step.idea_id in involved]
    parts: list[Part] = [
        {"part": "news", "subject": "idea", "id": step.idea_id, "what": step.what} for step in own[:MOST_NEWS]
    ]
    parts += [
        {"part": "news", "subject": "item", "id": each.item_id, "what": each.what}
        for each in told[: MOST_NEWS - len(parts)]
    ]
    delivered = [step for step in steps if step.what == "delivered" and step.idea_id not in involved]
    delivered.sort(key=lambda step: (-step.support_count, -step.idea_id))
    return parts + [{"part": "delivered", "id": step.idea_id} for step in delivered[:MOST_DELIVERED]]


def _allowed(in_panel: Mapping[int, set[int]], readable: Collection[int], known: Collection[int]) -> set[int]:
    """What may be picked: what the member may read, and neither wrote, supports, has opened nor was shown."""
    allowed: set[int] = set()
    for panel_id in readable:
        allowed |= in_panel.get(panel_id, set())
    return allowed.difference(known)


def _tastes(
    members: Sequence[Member],
) -> tuple[Mapping[int, Taste], Mapping[int, Collection[int]]]:
    ids = [member.id for member in members]
    done = pool.list_done(ids)
    about = pool.list_about({idea_id for liked in done.liked.values() for idea_id, _how in liked})
    agreeing, standing = facts.list_agreeing(ids), facts.list_standing(ids)
    tastes = {}
    for member in members:
        liked = done.liked.get(member.id, ())
        if member.id not in agreeing:
            # What was asked for in a digest is heard; nothing is made of anything else they do.
            liked = [(idea_id, how) for idea_id, how in liked if how in OPINIONS]
        known = standing.get(member.id, facts.UNKNOWN)
        is_chinese = member.locale.startswith("zh")
        tastes[member.id] = Taste(
            liked=pool.as_liked(liked, about),
            interests=known.interests,
            wishes=[Wish(fact_id, pool.terms_of(words)) for fact_id, words in known.wishes],
            reads_chinese=is_chinese or not known.languages.isdisjoint(("zh-Hans", "zh-Hant")),
            reads_latin=not is_chinese or "en" in known.languages,
        )
    return tastes, {member_id: done.known.get(member_id, ()) for member_id in ids}


def _is_quiet(member: Member, now: datetime) -> bool:
    return weeks.is_quiet(
        now, zone=member.time_zone, quiet_from=member.quiet_from, quiet_until=member.quiet_until
    )
