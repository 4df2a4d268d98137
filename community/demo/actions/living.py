"""Lets the demo community live through its past, by the same actions that real members use."""

import random
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any

from flask import current_app

from community.activity import actions as activity
from community.demo import content, loyalty, pictures, queries, reports, rooms, surveys, voices
from community.demo.stage import Stage, Step
from community.feedback.actions import reading
from community.ideas.actions import comments, merges, publishing, responses, sightings, statuses, votes
from community.infra import clock
from community.infra.db import db, unit_of_work
from community.infra.images import read_image
from community.infra.text import clean_block
from community.members import passwords
from community.members.actions import give_aliases
from community.members.models import AttributeAnswer, Member, ProfileAttribute, RoleGrant
from community.notifications import actions as notifications
from community.panels.models import Membership, Panel, Segment

# What is older than this has been read.
UNREAD_DAYS = 6
# Texts are read every hour of the last days and once a day before: reading each by itself would take minutes.
RECENT, LONGEST_AGO = 10, 180
# Every so many ideas come with a picture.
PICTURE_EVERY = 9


def seed_demo(*, on_progress: Callable[[int, int], None] = lambda _done, _total: None) -> bool:
    """Fill an empty site with the demo community; False, and nothing is touched, if anybody is there."""
    if queries.count_members():
        return False
    limits, current_app.config["RATE_LIMITS"] = current_app.config["RATE_LIMITS"], False
    stage = Stage(clock.now())
    try:
        # One transaction: a demo that is half there would be taken for a community.
        with unit_of_work():
            _open_house(stage)
            _live(stage, on_progress)
    finally:
        current_app.config["RATE_LIMITS"] = limits
    return True


def _open_house(stage: Stage) -> None:
    house = content.read("panels")
    attributes = _ask(house["attribute"])
    _arrive(stage, attributes)
    db.session.add_all(Segment(name=segment["name"], rule=segment["rule"]) for segment in house["segment"])
    for panel in house["panel"]:
        _open_panel(stage, panel)
    voices.plant_topics(stage)
    voices.route(stage)
    loyalty.stand_from_the_start(stage)
    db.session.add_all(rooms.list_visits(stage))
    give_aliases()
    db.session.flush()


def _ask(texts: Sequence[dict[str, Any]]) -> dict[str, ProfileAttribute]:
    attributes = {
        text["key"]: ProfileAttribute(
            key=text["key"],
            kind=text["kind"],
            label=text["label"],
            why=text["why"],
            options=text.get("options", []),
            visible_to=text["visible_to"],
            position=position,
        )
        for position, text in enumerate(texts)
    }
    db.session.add_all(attributes.values())
    db.session.flush()
    return attributes


def _arrive(stage: Stage, attributes: dict[str, ProfileAttribute]) -> None:
    password_hash = passwords.encode(content.PASSWORD)
    dice = random.Random("arrivals")
    for person in content.list_members():
        email = content.email_of(person["key"])
        member = Member(
            display_name=person["name"],
            email=email,
            email_folded=email,
            password_hash=password_hash,
            locale=person["locale"],
            time_zone=person["time_zone"],
            joined_at=stage.at(person["joined_days_ago"]),
            last_active_at=stage.at(dice.expovariate(1 / 9)),
        )
        if "role" in person:
            member.roles = [RoleGrant(role=person["role"])]
        db.session.add(member)
        db.session.flush()
        db.session.add_all(_answers(member, attributes, person["attributes"]))
        stage.members[person["key"]] = member
    # Nobody among those who live here, and only of use where it takes two.
    colleague = loyalty.colleague_of(stage.members["ada"], joined_at=stage.at(399))
    db.session.add(colleague)
    stage.members[loyalty.COLLEAGUE] = colleague


def _answers(
    member: Member, attributes: dict[str, ProfileAttribute], answers: dict[str, Any]
) -> Iterator[AttributeAnswer]:
    for key, answer in answers.items():
        attribute = attributes[key]
        column = {"number": "number", "date": "on", "text": "text"}.get(attribute.kind, "option")
        for value in answer if isinstance(answer, list) else [answer]:
            yield AttributeAnswer(member_id=member.id, attribute_id=attribute.id, **{column: value})


def _open_panel(stage: Stage, text: dict[str, Any]) -> None:
    people = [person for person in content.list_members() if text["key"] in person["panels"]]
    panel = Panel(
        slug=text["slug"],
        name=text["name"],
        description=text["description"],
        translations=text["translations"],
        visibility=text["visibility"],
        admission=text["admission"],
        names_shown=text.get("names_shown", "full"),
        member_count=len(people),
        created_at=stage.at(400),
    )
    db.session.add(panel)
    db.session.flush()
    db.session.add_all(
        Membership(
            panel_id=panel.id,
            member_id=stage.members[person["key"]].id,
            joined_at=stage.members[person["key"]].joined_at,
            came_by=text["admission"],
        )
        for person in people
    )
    stage.panels[text["key"]] = panel


def _live(stage: Stage, on_progress: Callable[[int, int], None]) -> None:
    past = [*_plan_reading(stage)]
    past += [(moment, _followed(step)) for moment, step in _plan(stage)]
    past += [(moment, _followed(step, is_read=True)) for moment, step in voices.plan(stage)]
    past += [(moment, _followed(step)) for moment, step in surveys.plan(stage)]
    past += [(moment, _followed(step)) for moment, step in loyalty.plan(stage)]
    past += [(moment, _followed(step)) for moment, step in rooms.plan(stage)]
    past += [(stage.at(days), _follow) for days in (*range(LONGEST_AGO, RECENT, -1), *_hours(RECENT))]
    past.sort(key=lambda event: event[0])
    unread_from = stage.at(UNREAD_DAYS)
    for done, (moment, step) in enumerate(past):
        if moment >= unread_from and (done == 0 or past[done - 1][0] < unread_from):
            _read_everything(stage)
        with clock.stopped_at(moment):
            step()
        on_progress(done + 1, len(past))
    voices.clear_desks(stage)
    _follow()
    rooms.end(stage)
    _follow()
    reports.ask(stage)


def _read_everything(stage: Stage) -> None:
    for member in stage.members.values():
        notifications.read_all(member)


def _followed(step: Step, *, is_read: bool = False) -> Step:
    """The step and at once what follows it, so that notices bear the date of what they tell."""

    def take() -> None:
        step()
        if is_read:
            _follow()
        else:
            activity.follow_due()

    return take


def _follow() -> None:
    while activity.follow_due() + reading.read_waiting():
        pass


def _hours(days: int) -> Iterator[float]:
    """The hours of the last days, as days ago."""
    yield from (hour / 24 for hour in range(days * 24, -1, -1))


def _plan(stage: Stage) -> Iterator[tuple[datetime, Step]]:
    number = 0
    for key, panel in stage.panels.items():
        for text in content.list_ideas(key):
            number += 1
            has_picture = number % PICTURE_EVERY == 0
            yield stage.at(text["days_ago"]), lambda p=panel, t=text, i=has_picture: _publish(stage, p, t, i)  # type: ignore[misc]
            yield from _plan_talk(stage, text)
            yield from _plan_outcome(stage, text)


def _plan_reading(stage: Stage) -> Iterator[tuple[datetime, Step]]:
    for key in stage.panels:
        people = [
            stage.members[person["key"]]
            for person in content.list_members()
            if key in person["panels"] and "role" not in person
        ]
        for text in content.list_ideas(key):
            yield from _plan_readers(stage, people, text)


def _plan_readers(
    stage: Stage, people: Sequence[Member], text: dict[str, Any]
) -> Iterator[tuple[datetime, Step]]:
    dice = random.Random(text["key"])
    supporter_count = round(len(people) * text["supports"])
    # Not everybody who reads supports.
    readers = dice.sample(people, min(len(people), supporter_count + dice.randint(1, 6)))
    end = _merged_days_ago(text) or 0.0
    for number, member in enumerate(readers):
        # Most support comes in the first days, some of it much later.
        since = min(dice.expovariate(1 / 12), (text["days_ago"] - end) * dice.uniform(0.3, 0.98))
        days_ago = max(text["days_ago"] - since, end + 0.01)
        # Nobody supports what was said before they came, until they have come.
        days_ago = min(days_ago, (stage.now - member.joined_at) / timedelta(days=1) - 0.1)
        if days_ago <= end:
            continue
        importance = dice.choices((None, "nice", "important", "critical"), (70, 8, 16, 6))[0]
        yield stage.at(days_ago), lambda m=member: sightings.note_sighting(stage.ideas[text["key"]], m)  # type: ignore[misc]
        if number < supporter_count:
            yield (
                stage.at(days_ago),
                lambda m=member, i=importance: votes.support_idea(stage.ideas[text["key"]], m, importance=i),  # type: ignore[misc]
            )


def _plan_talk(stage: Stage, text: dict[str, Any]) -> Iterator[tuple[datetime, Step]]:
    for number, comment in enumerate(text.get("comment", [])):
        # Those of one day stand in the order in which they were written down.
        moment = stage.at(comment["days_ago"]) + timedelta(minutes=7 * (number + 1))
        yield min(moment, stage.now), lambda n=number, c=comment: _say(stage, text, n, c)  # type: ignore[misc]


def _plan_outcome(stage: Stage, text: dict[str, Any]) -> Iterator[tuple[datetime, Step]]:
    for step in text.get("step", []):
        yield stage.at(step["days_ago"]), lambda s=step: _move(stage, text, s)  # type: ignore[misc]
    if "response" in text:
        moment = stage.at(text["response"]["days_ago"]) + timedelta(minutes=3)
        yield min(moment, stage.now), lambda: _respond(stage, text)
    if "merged_into" in text:
        yield stage.at(_merged_days_ago(text) or 0.0), lambda: _merge(stage, text)


def _merged_days_ago(text: dict[str, Any]) -> float | None:
    """When the moderator joined it to another idea: soon, but after the last word below it."""
    if "merged_into" not in text:
        return None
    target = next(
        idea
        for panel in content.read("panels")["panel"]
        for idea in content.list_ideas(panel["key"])
        if idea["key"] == text["merged_into"]
    )
    spoken = [comment["days_ago"] for comment in text.get("comment", [])]
    return float(max(min([text["days_ago"], target["days_ago"], *spoken]) - 1.5, 0.2))


def _publish(stage: Stage, panel: Panel, text: dict[str, Any], has_picture: bool) -> None:  # noqa: FBT001
    stage.ideas[text["key"]] = publishing.publish_idea(
        panel,
        stage.members[text["author"]],
        title=text["title"],
        body=clean_block(text["body"]),
        tags=text["tags"],
        images=[read_image(pictures.draw(text["key"]))] if has_picture else [],
    )


def _say(stage: Stage, text: dict[str, Any], number: int, comment: dict[str, Any]) -> None:
    parent = stage.comments.get((text["key"], comment.get("reply_to", -1)))
    stage.comments[text["key"], number] = comments.add_comment(
        stage.ideas[text["key"]],
        stage.members[comment["by"]],
        body=clean_block(comment["body"]),
        parent_id=parent.id if parent is not None else None,
    )


def _move(stage: Stage, text: dict[str, Any], step: dict[str, Any]) -> None:
    def day(name: str) -> Any:
        return clock.ahead(days=step[name]).date() if name in step else None

    statuses.change_status(
        stage.ideas[text["key"]],
        stage.members[step["by"]],
        status=step["status"],
        message=clean_block(step["message"]),
        reason=step.get("reason", ""),
        promised_on=day("promised_in_days"),
        look_again_on=day("look_again_in_days"),
    )


def _respond(stage: Stage, text: dict[str, Any]) -> None:
    responses.give_response(
        stage.ideas[text["key"]],
        stage.members[text["response"]["by"]],
        body=clean_block(text["response"]["body"]),
    )


def _merge(stage: Stage, text: dict[str, Any]) -> None:
    merges.merge_ideas(
        stage.ideas[text["key"]], into=stage.ideas[text["merged_into"]], moderator=stage.members["mia"]
    )
