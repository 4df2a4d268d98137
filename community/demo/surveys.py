"""What the company asked its members: each survey opens, is answered for some days, closes, is told back."""

import random
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from community.config import LOCALES
from community.demo import content, inclinations, pictures
from community.demo.stage import Stage, Step
from community.infra import clock
from community.infra.db import get_row
from community.infra.errors import NotFound
from community.infra.images import read_image
from community.members.models import Member
from community.statistics import pairwise
from community.surveys import kinds, paths
from community.surveys.actions import (
    answering,
    building,
    comparing,
    opening,
    pairs,
    questions,
    statements,
    telling,
    waves,
)
from community.surveys.actions import pictures as offered
from community.surveys.drafting import Draft
from community.surveys.models import Question, Response, Survey
from community.surveys.queries import answering as papers
from community.surveys.queries import doors
from community.surveys.queries import pairs as contenders
from community.surveys.queries import statements as written
from community.surveys.queries.questions import Standing

# Most answers come in the first days.
QUICK_DAYS = 2.0


def plan(stage: Stage) -> Iterator[tuple[datetime, Step]]:
    """When each survey opens, is answered, closes and is told back."""
    for text in content.read("surveys")["survey"]:
        days = text["days"]
        begun = _begun_with(text)
        yield stage.at(days["opened"] + 0.5), lambda t=text: _write(stage, t)  # type: ignore[misc]
        yield stage.at(days["opened"]), lambda t=text: _open(stage, t)  # type: ignore[misc]
        yield from _plan_answers(stage, text, begun)
        if "closed" in days:
            yield (
                stage.at(days["closed"]),
                lambda t=text: opening.close_survey(_survey(stage, t), _owner(stage, t)),  # type: ignore[misc]
            )
        if "told" in days:
            yield stage.at(days["told"]), lambda t=text: _tell(stage, t)  # type: ignore[misc]
        if "claim" in text:
            yield stage.at(text["claim"]["frozen"]), lambda t=text: _claim(stage, t)  # type: ignore[misc]


def _plan_answers(
    stage: Stage, text: Mapping[str, Any], begun: Mapping[str, Any]
) -> Iterator[tuple[datetime, Step]]:
    dice = random.Random(text["key"])
    longest = text["days"]["opened"] - max(text["days"].get("closed", 0.0), 0.0)
    for person in _people(begun):
        # Drawn for everybody, so that one who stays away changes nobody else's answers.
        since = min(dice.expovariate(1 / QUICK_DAYS), longest * dice.uniform(0.5, 0.95))
        stays_away = dice.random() > text["joins"] or person["key"] in text.get("absent", ())
        if not stays_away and person["joined_days_ago"] > text["days"]["opened"]:
            moment = stage.at(text["days"]["opened"] - since - 0.01)
            yield moment, lambda p=person, t=text: _answer(stage, t, p)  # type: ignore[misc]


def _begun_with(text: Mapping[str, Any]) -> Mapping[str, Any]:
    """The survey of which this one is a wave, or itself."""
    first = text.get("wave_of", text["key"])
    return next(each for each in content.read("surveys")["survey"] if each["key"] == first)


def _people(text: Mapping[str, Any]) -> Sequence[dict[str, Any]]:
    people = [person for person in content.list_members() if "role" not in person]
    panels = set(text.get("panels", ())) or {"young-families"}
    return [person for person in people if panels & set(person["panels"])]


def _survey(stage: Stage, text: Mapping[str, Any]) -> Survey:
    return get_row(Survey, stage.surveys[text["key"]])


def _owner(stage: Stage, text: Mapping[str, Any]) -> Member:
    return stage.members[text["owner"]]


def _write(stage: Stage, text: Mapping[str, Any]) -> None:
    owner = _owner(stage, text)
    if "wave_of" in text:
        survey = waves.copy_as_wave(_survey(stage, _begun_with(text)), by=owner)
        stage.surveys[text["key"]] = survey.id
        return
    idea = stage.ideas.get(text.get("idea", ""))
    panel_ids = [stage.panels[key].id for key in text.get("panels", ())]
    survey = building.create_survey(
        owner,
        kind=text.get("kind", "survey"),
        idea_id=idea.id if idea is not None else None,
        asked_of=text.get("asked_of"),
        settings={
            "title": text["title"],
            "purpose": text["purpose"],
            "thanks": text.get("thanks", {}),
            "languages": text.get("languages", LOCALES),
            "panel_ids": panel_ids or ([idea.panel_id] if idea is not None else []),
            "minutes": text.get("minutes", 1),
            "points": text.get("points", 0),
            "shows_results": text.get("shows_results", False),
        },
    )
    stage.surveys[text["key"]] = survey.id
    for each in text["question"]:
        _ask(survey, owner, each)


def _ask(survey: Survey, owner: Member, text: Mapping[str, Any]) -> None:
    options = [
        {
            "key": option["key"],
            "text": _words(option),
            **({"is_other": True} if option.get("is_other") else {}),
        }
        for option in text.get("options", ())
    ]
    draft = Draft(
        text=text["text"],
        code=text["code"],
        options=options,
        settings=inclinations.settings_of(text),
        is_required=text.get("required", True),
        condition=text.get("condition"),
    )
    question = questions.add_question(survey, by=owner, kind=text["kind"], draft=draft)
    while question.page < text["page"]:
        questions.start_page(survey, question.id, by=owner)
    for each in text.get("statements", ()):
        statements.write(question, survey, text=each["text"], staff=owner)
    for each in text.get("pictures", ()):
        image = read_image(pictures.draw(each["key"]))
        offered.offer(question, image, description=_words(each), staff=owner)


def _words(option: Mapping[str, Any]) -> dict[str, str]:
    return {locale: option[locale] for locale in LOCALES if locale in option}


def _open(stage: Stage, text: Mapping[str, Any]) -> None:
    days = text["days"]
    closes_at = stage.at(days["closed"] if "closed" in days else days["closes"])
    opening.plan_opening(_survey(stage, text), by=_owner(stage, text), opens_at=None, closes_at=closes_at)


def _close(stage: Stage, text: Mapping[str, Any]) -> None:
    opening.close_survey(_survey(stage, text), _owner(stage, text))


def _tell(stage: Stage, text: Mapping[str, Any]) -> None:
    telling.tell_back(_survey(stage, text), by=_owner(stage, text), heard=text["heard"])


def _claim(stage: Stage, text: Mapping[str, Any]) -> None:
    """Write down before the change what the next wave is to show."""
    claim, analyst = text["claim"], stage.members[text["claim"]["by"]]
    comparison = comparing.write_down(
        _survey(stage, _begun_with(text)),
        analyst,
        comparing.Claim(
            hypothesis=claim["hypothesis"],
            question_code=claim["question"],
            metric="share",
            options=claim["options"],
            expects=claim["expects"],
            change_on=stage.at(claim["change"]).date(),
        ),
    )
    comparing.freeze(comparison, analyst)


def _answer(stage: Stage, text: Mapping[str, Any], person: Mapping[str, Any]) -> None:
    survey, member = _survey(stage, text), stage.members[person["key"]]
    if survey.kind == "idea" and not _was_asked(survey, member):
        return
    dice = random.Random(f"{text['key']} {person['key']}")
    response = answering.begin(survey, member)
    with clock.stopped_at(clock.ahead(seconds=dice.uniform(0.6, 1.6) * 60 * survey.minutes)):
        answering.answer(survey, member, _fill_in(stage, text, person, survey, response, dice))


def _was_asked(survey: Survey, member: Member) -> bool:
    try:
        return doors.get_survey(survey.id, member).can_answer
    except NotFound:
        return False


def _fill_in(
    stage: Stage,
    text: Mapping[str, Any],
    person: Mapping[str, Any],
    survey: Survey,
    response: Response,
    dice: random.Random,
) -> inclinations.Slip:
    paper = papers.get_paper(survey, response)
    sent = inclinations.Slip()
    answers = dict(paper.answers)
    for question in paper.questions:
        if question not in paths.walk(paper.questions, answers):
            continue
        inclined = _inclination(text, question)
        standing = Standing(question, paper.versions[question.id])
        if question.kind == "opinions":
            _vote(stage, response, standing, person, inclined, dice)
        elif question.kind == "pairwise":
            _choose(stage, response, standing, person, inclined, dice)
        else:
            asked = paper.asked(question, answers)
            sent.fill_in(inclinations.fields(asked, inclined, person=person["key"], dice=dice))
            value = kinds.of(asked.kind).parse(asked, sent)
            if value is not None:
                answers[question.code] = value
    return sent


def _inclination(text: Mapping[str, Any], question: Question) -> dict[str, Any]:
    """How this survey's members are inclined to answer, in a wave as before but for what has changed."""
    first = next(each for each in _begun_with(text)["question"] if each["code"] == question.code)
    says = text.get("says", {}).get(question.code)
    return {**first, **text.get("differs", {}).get(question.code, {}), **({"says": says} if says else {})}


def _vote(
    stage: Stage, response: Response, standing: Standing, person: Mapping[str, Any],
    inclined: Mapping[str, Any], dice: random.Random,
) -> None:  # fmt: skip
    member = stage.members[person["key"]]
    chances = {each["text"]: each["camps"] for each in inclined["statements"]}
    camp = ord(person["key"][0]) % 2
    for each in written.list_lines(standing.question.id).items:
        if dice.random() < 0.9:
            agrees = dice.random() < chances[each.text][camp]
            vote = dice.choices((0, 1 if agrees else -1), (1, 9))[0]
            statements.vote(response, standing, member, statement_id=each.id, vote=vote)


def _choose(
    stage: Stage, response: Response, standing: Standing, person: Mapping[str, Any],
    inclined: Mapping[str, Any], dice: random.Random,
) -> None:  # fmt: skip
    member = stage.members[person["key"]]
    records = contenders.list_records(standing.question.id, member)
    # What many support on the board wins more often here too.
    ideas = [idea for idea in content.list_ideas(inclined["ideas_of"]) if idea["key"] in stage.ideas]
    liking = {stage.ideas[idea["key"]].id: idea["supports"] for idea in ideas}
    seen: list[tuple[int, int]] = []
    for number in range(inclined["choices"]):
        pair = pairwise.next_pair(records, seen, seed=dice.randrange(10**6) + number)
        if pair is None:
            return
        seen.append(pair)
        left, right = pair
        chance = 1 / (1 + 10 ** (2 * (liking.get(right, 0.4) - liking.get(left, 0.4))))
        winner = None if dice.random() < 0.06 else left if dice.random() < chance else right
        pairs.choose(response, standing, member, left_id=left, right_id=right, winner_id=winner)
