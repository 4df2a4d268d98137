"""How the rooms were kept: rules, texts that waited, appeals, trust, and what members chose."""

import random
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any

from community.customers import jobs as customers
from community.customers.actions import facts
from community.demo import content, queries
from community.demo.stage import Stage, Step
from community.digests import jobs as digests
from community.digests.actions import opinions
from community.ideas.actions import comments, publishing, vote_care, votes
from community.infra import clock
from community.infra.text import clean_block
from community.members.actions import give_consent, withdraw_consent
from community.members.models import Member, VisitDay
from community.moderation import jobs as moderation
from community.moderation.actions import appealing, deciding, flagging, messages, rules, trusting
from community.moderation.doors import Subject
from community.moderation.models import Decision, QueueItem
from community.moderation.queries.subjects import get_subject
from community.notifications.actions.preferring import choose_paces, choose_quiet_hours
from community.privacy.actions import keeping

# Trust is counted on these days; on a real site every night.
COUNTED = (40.0, 15.0, 1.0)
# How many of a hundred days a member was here; few are here every day.
MOST_VISITS = 45
# Of those who were asked, so many agreed.
AGREED = {"quotes": 0.6, "learning": 0.5, "research": 0.3}
# These agreed for sure: their digests and what was learned of them are shown around.
SURE = {"ana", "ben", "lin", "hannah", "noor"}
# New in a panel where first texts wait, so not seen for long.
AWAY = {"sofia"}


def list_visits(stage: Stage) -> list[VisitDay]:
    """On which days members were here."""
    dice = random.Random("visits")
    days: list[VisitDay] = []
    for key, member in stage.members.items():
        here_since = min(100, (stage.now - member.joined_at).days)
        if key not in AWAY and here_since > 0:
            count = min(here_since, round(dice.triangular(0, MOST_VISITS, 8)))
            passed = dice.sample(range(here_since), count)
            days += [VisitDay(member_id=member.id, on=stage.at(ago).date()) for ago in passed]
    return days


def plan(stage: Stage) -> Iterator[tuple[datetime, Step]]:
    """When rules were set, texts waited and were decided about, and members made their choices."""
    house = content.read("rooms")
    for name, do in SETTING.items():
        for text in house.get(name, ()):
            yield stage.at(text["days"]), lambda d=do, t=text: d(stage, t)  # type: ignore[misc]
    for text in house["text"]:
        said_at = stage.at(text["days"])
        yield said_at, lambda t=text: _say(stage, t)  # type: ignore[misc]
        for step in text.get("step", []):
            moment = min(said_at + timedelta(hours=step["after_hours"]), stage.now)
            yield moment, lambda t=text, s=step: STEPS[s["do"]](stage, t, s)  # type: ignore[misc]
    for days in COUNTED:
        yield stage.at(days), moderation.count_trust
    yield from _plan_consents(stage)


def end(stage: Stage) -> None:
    """Learn about those who agreed, send them the digest of this week, and let some of them answer it."""
    house = content.read("rooms")
    for text in house["quiet"]:
        member = stage.members[text["member"]]
        choose_quiet_hours(member, quiet_from=text["from"], quiet_until=text["until"])
    for text in house["pace"]:
        panel_id = stage.panels[text["panel"]].id if "panel" in text else None
        choose_paces(stage.members[text["member"]], text["paces"], panel_id=panel_id)
    monday = (stage.now - timedelta(hours=18)).replace(hour=17, minute=0)
    with clock.stopped_at(monday - timedelta(days=monday.weekday())):
        customers.learn_due()
        digests.count_neighbours()
        digests.send_due()
    for key in ("ana", "ben", "lin"):
        _answer(stage.members[key])


def _answer(member: Member) -> None:
    """More like the first idea of the digest, less like the last; and a word on what was learned."""
    ideas = queries.list_picked_ideas(member.id)
    for idea_id, opinion in zip((*ideas[:1], *ideas[1:][-1:]), ("more", "less"), strict=False):
        opinions.give_opinion(member, idea_id, opinion)
    learned = queries.list_learned(member.id)
    if len(learned) > 2:
        facts.forget_fact(member, learned[-1])


def _plan_consents(stage: Stage) -> Iterator[tuple[datetime, Step]]:
    dice = random.Random("consents")
    withdrawn = {(text["member"], text["purpose"]) for text in content.read("rooms")["withdrawal"]}
    for key, member in stage.members.items():
        asked_at = max(member.joined_at, stage.at(120)) + timedelta(minutes=9)
        for purpose, share in AGREED.items():
            is_sure = (key, purpose) in withdrawn or (key in SURE and purpose != "research")
            if dice.random() < share or is_sure:
                yield asked_at, lambda m=member, p=purpose: give_consent(m, p)  # type: ignore[misc]


def _set_rules(stage: Stage, text: Mapping[str, Any]) -> None:
    rules.set_rules(stage.panels[text["panel"]], text["settings"], by=stage.members[text["by"]])


def _block(stage: Stage, text: Mapping[str, Any]) -> None:
    rules.block_words(None, text["terms"], effect=text["effect"], by=stage.members[text["by"]])


def _keep_for(stage: Stage, text: Mapping[str, Any]) -> None:
    panel = stage.panels[text["panel"]] if "panel" in text else None
    keeping.set_rules(stage.members[text["by"]], panel=panel, months=text["months"])


def _vouch(stage: Stage, text: Mapping[str, Any]) -> None:
    trusting.vouch(stage.members[text["member"]], text["level"], by=stage.members[text["by"]])


def _rush(stage: Stage, text: Mapping[str, Any]) -> None:
    """Votes that come all at once, and what looks after votes seeing them."""
    idea, begun = stage.ideas[text["idea"]], clock.now()
    before = idea.support_count
    for number, member in enumerate(_supporters(stage, idea.panel_id)):
        if idea.support_count - before >= text["votes"]:
            break
        with clock.stopped_at(begun + timedelta(seconds=70 * number)):
            votes.support_idea(idea, member, seen_from="an office")
    with clock.stopped_at(begun + timedelta(minutes=40)):
        vote_care.watch_votes()


def _supporters(stage: Stage, panel_id: int) -> list[Member]:
    key = next(key for key, panel in stage.panels.items() if panel.id == panel_id)
    return [
        stage.members[person["key"]]
        for person in content.list_members()
        if key in person["panels"] and "role" not in person and person["key"] not in SURE
    ]


def _object(stage: Stage, text: Mapping[str, Any]) -> None:
    idea, number = text["comment"]
    subject = get_subject(f"comment:{stage.comments[idea, number].id}")
    for key in text["by"]:
        flagging.flag(subject, stage.members[key], reason=text["reason"])


def _withdraw(stage: Stage, text: Mapping[str, Any]) -> None:
    withdraw_consent(stage.members[text["member"]], text["purpose"])


SETTING: Mapping[str, Callable[[Stage, Mapping[str, Any]], None]] = {
    "rules": _set_rules,
    "words": _block,
    "retention": _keep_for,
    "vouch": _vouch,
    "rush": _rush,
    "objection": _object,
    "withdrawal": _withdraw,
}


def _say(stage: Stage, text: Mapping[str, Any]) -> None:
    author, body = stage.members[text["by"]], clean_block(text["body"])
    if "title" in text:
        panel = stage.panels[text["panel"]]
        idea = publishing.publish_idea(panel, author, title=text["title"], body=body, tags=text["tags"])
        stage.texts[text["key"]] = f"idea:{idea.id}"
    else:
        comment = comments.add_comment(stage.ideas[text["idea"]], author, body=body)
        stage.texts[text["key"]] = f"comment:{comment.id}"


def _subject(stage: Stage, text: Mapping[str, Any]) -> Subject:
    return get_subject(stage.texts[text["key"]])


def _item(stage: Stage, text: Mapping[str, Any]) -> QueueItem | None:
    return queries.find_waiting(stage.texts[text["key"]])


def _decision(stage: Stage, text: Mapping[str, Any]) -> Decision:
    return queries.get_hiding(stage.texts[text["key"]])


def _flag(stage: Stage, text: Mapping[str, Any], step: Mapping[str, Any]) -> None:
    by = stage.members[step["by"]]
    flagging.flag(_subject(stage, text), by, reason=step["reason"], note=step.get("note", ""))


def _hide(stage: Stage, text: Mapping[str, Any], step: Mapping[str, Any]) -> None:
    deciding.hide(
        _subject(stage, text),
        stage.members[step["by"]],
        reason=step["reason"],
        item=_item(stage, text),
        message=step["message"],
    )


def _warn(stage: Stage, text: Mapping[str, Any], step: Mapping[str, Any]) -> None:
    by = stage.members[step["by"]]
    deciding.warn(_subject(stage, text), by, reason=step["reason"], message=step["message"])


def _appeal(stage: Stage, text: Mapping[str, Any], step: Mapping[str, Any]) -> None:
    appealing.appeal(_decision(stage, text), stage.members[step["by"]], words=step["body"])


def _judge(stage: Stage, text: Mapping[str, Any], step: Mapping[str, Any]) -> None:
    appeal = queries.get_appeal_against(_decision(stage, text).id)
    appealing.decide(appeal, stage.members[step["by"]], is_right=step["is_right"], answer=step["body"])


def _change(stage: Stage, text: Mapping[str, Any], step: Mapping[str, Any]) -> None:
    comment = queries.get_comment(stage.texts[text["key"]])
    comments.edit_comment(comment, stage.members[step["by"]], body=clean_block(step["body"]))


def _ask(stage: Stage, text: Mapping[str, Any], step: Mapping[str, Any]) -> None:
    item = _item(stage, text)
    if item is not None:
        messages.ask(item, stage.members[step["by"]], body=step["body"])


STEPS: Mapping[str, Callable[[Stage, Mapping[str, Any], Mapping[str, Any]], None]] = {
    "flag": _flag,
    "hide": _hide,
    "warn": _warn,
    "appeal": _appeal,
    "judge": _judge,
    "change": _change,
    "ask": _ask,
}
