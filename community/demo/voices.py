"""What people wrote to support and on counter cards, how owners answered, and the topics of all texts."""

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any

from community.cases.actions import helping, promises, replies, resolving, settings
from community.cases.models import Case
from community.demo import content, queries
from community.demo.stage import Stage, Step
from community.feedback.actions import intake, topics
from community.feedback.models import FeedbackItem
from community.infra import clock
from community.infra.db import get_row

# An import of this name, so that it can be told from others.
SOURCE = "Support and counter cards"
# What began with an idea or a comment is answered there; after these days somebody has noted that.
CLEARED_AFTER = timedelta(days=4)
_NOBODY = {"owner_id": None, "team_id": None, "process_owner_id": None}


def plant_topics(stage: Stage) -> None:
    """Give the site its tree of topics, each with an owner."""
    for text in content.read("topics")["topic"]:
        owners = {
            field: stage.members[text[key]].id if key in text else None
            for field, key in (("owner_id", "owner"), ("process_owner_id", "process_owner"))
        }
        parent = stage.topics.get(text.get("parent", ""))
        stage.topics[text["key"]] = topics.add_topic(
            stage.members["ada"],
            settings=topics.Settings(
                name=text["name"],
                words=text["words"],
                parent_id=parent.id if parent is not None else None,
                owner_id=owners["owner_id"],
                process_owner_id=owners["process_owner_id"],
            ),
        )


def route(stage: Stage) -> None:
    """Send what has a topic to the topic's owner, the rest in Chinese to Wei and in English to Omar."""
    ada = stage.members["ada"]
    roots = [topic.id for topic in stage.topics.values() if topic.parent_id is None]
    for rule in queries.list_rules_opening("complaint"):
        settings.save_rule(
            rule, by=ada, values={"conditions": {**rule.conditions, "topic": roots}, **_NOBODY}
        )
        for key, languages in (("wei", ["zh-Hans", "zh-Hant"]), ("omar", ["en", "mixed"])):
            owner = stage.members[key]
            name = {locale: f"{text} · {owner.display_name}" for locale, text in rule.name.items()}
            conditions = {**rule.conditions, "language": languages}
            conditions.pop("topic")
            values = {"name": name, "conditions": conditions, "effect": "case", **_NOBODY}
            settings.save_rule(None, by=ada, values=values | {"owner_id": owner.id})


def plan(stage: Stage) -> Iterator[tuple[datetime, Step]]:
    """When each voice is heard, and when each step of its answer is taken."""
    for text in content.read("voices")["voice"]:
        said_at = stage.at(text["days_ago"])
        yield said_at, lambda t=text: _hear(stage, t)  # type: ignore[misc]
        for step in text.get("step", []):
            moment = min(said_at + timedelta(hours=step["after_hours"]), stage.now)
            yield moment, lambda t=text, s=step: _take(stage, t, s)  # type: ignore[misc]


def clear_desks(stage: Stage) -> None:
    """Close what began on the site some days ago and was answered there, as its owners would have."""
    heard = list(stage.voices.values())
    for case, begun_by in queries.list_old_cases(before=stage.now - CLEARED_AFTER, without=heard):
        owner = case.owner or stage.members["omar" if case.language == "en" else "wei"]
        with clock.stopped_at(begun_by + timedelta(hours=20)):
            resolving.resolve(case, owner, outcome="no_reply_needed")


def _hear(stage: Stage, text: Mapping[str, Any]) -> None:
    item = intake.take_in(
        source="import",
        source_name=SOURCE,
        source_id=text["key"],
        panel_id=stage.panels[text["panel"]].id,
        author=stage.members.get(text.get("by", "")),
        author_key=text.get("author_key", ""),
        text=text["text"],
        rating=text.get("rating"),
        said_at=clock.now(),
    )
    stage.voices[text["key"]] = item.id


def _take(stage: Stage, text: Mapping[str, Any], step: Mapping[str, Any]) -> None:
    case = queries.get_case_of(stage.voices[text["key"]])
    STEPS[step["do"]](stage, case, text, step)


def _item(stage: Stage, text: Mapping[str, Any]) -> FeedbackItem:
    return get_row(FeedbackItem, stage.voices[text["key"]])


def _reply(stage: Stage, case: Case, _text: Mapping[str, Any], step: Mapping[str, Any]) -> None:
    replies.reply(case, stage.members[step["by"]], body=step["body"])


def _note(stage: Stage, case: Case, _text: Mapping[str, Any], step: Mapping[str, Any]) -> None:
    replies.add_note(case, stage.members[step["by"]], body=step["body"])


def _promise(stage: Stage, case: Case, _text: Mapping[str, Any], step: Mapping[str, Any]) -> None:
    promised_on = clock.ahead(days=step["in_days"]).date()
    promises.make_promise(case, stage.members[step["by"]], words=step["body"], promised_on=promised_on)


def _keep(stage: Stage, case: Case, _text: Mapping[str, Any], step: Mapping[str, Any]) -> None:
    promises.keep_promise(case, stage.members[step["by"]])


def _resolve(stage: Stage, case: Case, _text: Mapping[str, Any], step: Mapping[str, Any]) -> None:
    resolving.resolve(case, stage.members[step["by"]], outcome=step["outcome"])


def _answer(stage: Stage, case: Case, text: Mapping[str, Any], step: Mapping[str, Any]) -> None:
    helping.write_again(case, _item(stage, text), stage.members[step["by"]], body=step["body"])


def _helped(stage: Stage, case: Case, text: Mapping[str, Any], step: Mapping[str, Any]) -> None:
    helping.say_whether_it_helped(
        case,
        _item(stage, text),
        stage.members[step["by"]],
        rating=step["rating"],
        comment=step["body"],
    )


def _reopen(stage: Stage, case: Case, text: Mapping[str, Any], step: Mapping[str, Any]) -> None:
    helping.reopen(case, _item(stage, text), stage.members[step["by"]], body=step["body"])


STEPS: Mapping[str, Callable[[Stage, Case, Mapping[str, Any], Mapping[str, Any]], None]] = {
    "reply": _reply,
    "note": _note,
    "promise": _promise,
    "keep": _keep,
    "resolve": _resolve,
    "answer": _answer,
    "helped": _helped,
    "reopen": _reopen,
}
