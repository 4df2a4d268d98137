"""The report of a survey: every question with its figures, who answers otherwise, what has changed."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from community.infra import language
from community.insights import suppression, writing
from community.insights.figures import Cell, Claim, Column, Figure, Row, Section
from community.insights.kinds.contract import Collected, Kind, Progress
from community.insights.kinds.surveys import extras, tables, tracking
from community.insights.kinds.surveys.tables import Asked, interval_of, unit_of, value_of
from community.insights.kinds.surveys.tracking import Wave
from community.insights.queries import scopes
from community.insights.queries import survey_results as queries
from community.insights.scope import Scope
from community.statistics.intervals import MIN_SHOWN, MIN_SOLID
from community.surveys import naming
from community.surveys.models import Survey
from community.surveys.queries import profiles, reach, results, texts
from community.surveys.queries.results import AskedQuestion, Stored
from community.surveys.showing.parts import Names, Question, dig, parts_of
from community.surveys.showing.words import Words, words_of

# A summary is read in a minute: of the plain counts it has one for each question, up to so many.
MOST_HEADLINES = 12


def collect(scope: Scope, progress: Progress, *, now: datetime) -> Collected:
    """The results of the scope's survey, of all answers that count."""
    survey = scopes.find_survey(scope.survey_id)
    if survey is None or not queries.is_within(survey, scope.panel_ids):
        return _nothing(_("This survey is not there any more, or it asks people of other panels as well."))
    counted = survey.completed_count - survey.excluded_count
    if suppression.is_few(counted) or not counted:
        return _nothing(suppression.too_few(), n=0)
    questions = results.list_questions(survey)
    stored = _stored_by_question(survey)
    words = words_of(profiles.list_choice_attributes(), results.list_panel_names())
    names = _names_of(questions, stored, scope.panel_ids)
    heard = texts.texts_of(survey, None)
    sections: list[Section] = []
    asked_by_code: dict[str, Asked] = {}
    for number, each in enumerate(questions):
        progress(number, len(questions) + 2)
        asked = _asked(each, stored.get(each.id, []), names, words)
        if asked is None:
            sections.append(_hidden_section(each, stored.get(each.id, [])))
            continue
        asked_by_code[each.code] = asked
        found = _figures_of(asked, words, survey)
        found += extras.figures_of_texts(asked, survey.id, heard.get(each.id))
        sections.append(Section(asked.key, asked.text, found, _lead(each, asked)))
    progress(len(questions), len(questions) + 2)
    track = tracking.section_of(asked_by_code, _waves(survey, scope.panel_ids))
    if track is not None:
        sections.insert(0, track)
    progress(len(questions) + 1, len(questions) + 2)
    return Collected(
        sections=sections,
        summary=_summary(sections, asked_by_code),
        sample=_sample(survey),
        n=counted,
        people=counted,
        warnings=_warnings(survey, questions),
        definitions=_definitions(),
    )


def _nothing(why: str, *, n: int = 0) -> Collected:
    return Collected(sections=(), summary=(), sample=(), n=n, people=n, warnings=[why])


def _stored_by_question(survey: Survey) -> dict[int, list[Stored]]:
    found: dict[int, list[Stored]] = {}
    for way in ("", *survey.summary.get("splits", ())):
        for each in results.list_stored(survey, split=way):
            if way and not each.cut:
                continue
            found.setdefault(each.question_id, []).append(each)
    return found


def _names_of(
    questions: Sequence[AskedQuestion], stored: Mapping[int, Sequence[Stored]], panel_ids: Sequence[int]
) -> Names:
    """What ideas, statements and pictures are called, for those who may read all panels of the report."""
    by_kind: dict[str, list[int]] = {}
    for question in questions:
        by_kind.setdefault(question.kind, []).append(question.id)
    idea_ids: set[int] = set()
    for question_id in by_kind.get("pairwise", ()):
        for each in stored.get(question_id, ()):
            plain = each.data.get("plain") or {}
            idea_ids |= {item["idea"] for item in plain.get("items", ())} | set(plain.get("few", ()))
    return Names(
        ideas=queries.list_idea_titles(idea_ids, panel_ids),
        statements=results.list_statement_texts(by_kind.get("opinions", ())),
        pictures=results.list_picture_names(by_kind.get("picture", ())),
    )


def _asked(question: AskedQuestion, stored: Sequence[Stored], names: Names, words: Words) -> Asked | None:
    """The question with its results; None if too few answered it."""
    whole = next((each for each in stored if each.cut == ""), None)
    if whole is None or whole.n < MIN_SHOWN or not whole.data.get("plain"):
        return None
    # The options of older versions stand behind those of the newest.
    options: dict[str, str] = {}
    for version in question.versions:
        for option in version.options:
            options.setdefault(str(option["key"]), language.text_in(option["text"]))
    shown = Question(question.id, question.kind, options, question.versions[0].settings, names)
    groups = []
    for each in stored:
        way, _is, _key = each.cut.partition("=")
        if _key:
            groups.append((way, words.groups(way, [each.cut]).get(each.cut, _key), each))
    text = language.text_in(dict(question.versions[0].text))
    return Asked(shown, text, whole.data["plain"], whole.data.get("weighted"), groups)


def _figures_of(asked: Asked, words: Words, survey: Survey) -> list[Figure]:
    found: list[Figure] = []
    parts = parts_of(asked.question, asked.plain)
    how = _how(asked, survey)
    for number, part in enumerate(parts, start=1):
        found += tables.figures_of_part(asked, part, number, how=how)
    if parts and len(survey.panel_ids) > 1:
        by_panel = tables.by_group(asked, parts[0], 1, way="panel", how=how)
        found += [by_panel] if by_panel is not None else []
    found += extras.extras_of(asked)
    ways = {way: words.way(way) for way, _group, _stored in asked.groups}
    lines = [line for part in parts for line in part.lines]
    return found + tables.differences(asked, lines, ways=ways)


def _how(asked: Asked, survey: Survey) -> str:
    how: str = _(
        "Of the %(count)s people who answered this question; shares with Wilson’s interval, means with "
        "Student’s, at 95%%.",
        count=writing.count(asked.n),
    )
    if asked.weighted and asked.weighted.get("n_eff"):
        how += " " + _(
            "Weighted answers say as much as %(count)s equal ones (Kish 1992).",
            count=writing.number(asked.weighted["n_eff"]),
        )
    if survey.sampling == "everyone":
        how += " " + _("Everybody in the panel was asked, so plain intervals heed how many of all answered.")
    return how


def _lead(question: AskedQuestion, asked: Asked) -> str:
    lead: str = _(
        "%(kind)s, answered by %(count)s people.",
        kind=naming.KINDS[question.kind].name,
        count=writing.count(asked.n),
    )
    if question.has_condition:
        lead += " " + _("Asked only of those whom a condition lets through.")
    if asked.n < MIN_SOLID:
        lead += " " + _("Fewer than thirty answers: take it as a hint.")
    return lead


def _hidden_section(question: AskedQuestion, stored: Sequence[Stored]) -> Section:
    text = language.text_in(dict(question.versions[0].text))
    figure = Figure(
        key=f"q{question.id}-hidden",
        title=text,
        columns=(Column("answer", _("Answer")), Column("value", _("Share"), "share")),
        rows=[Row({"answer": _("All answers")}, is_hidden=True)] if any(each.n for each in stored) else [],
        n=0,
        unit=_("answers"),
        notes=[_("Fewer than ten people have answered this question.")],
    )
    return Section(f"q{question.id}", text, [figure])


def _waves(survey: Survey, panel_ids: Sequence[int]) -> list[Wave]:
    waves = []
    for each in queries.list_waves(survey, panel_ids):
        codes = {question.id: question.code for question in results.list_questions(each)}
        stored = {
            codes[row.question_id]: row
            for row in results.list_stored(each)
            if row.n >= MIN_SHOWN and row.question_id in codes
        }
        waves.append(Wave(each, stored))
    return waves


def _summary(sections: Sequence[Section], asked: Mapping[str, Asked]) -> list[Claim]:
    """What is proven, and of each question the one figure it is asked for."""
    said = [
        claim
        for section in sections
        for figure in section.figures
        for claim in figure.claims
        if section.key == "tracking" or claim.verdict in ("higher", "lower") or figure.key.endswith("outcome")
    ]
    headlines = [claim for each in asked.values() if (claim := _headline(each)) is not None]
    return said + headlines[:MOST_HEADLINES]


def _headline(asked: Asked) -> Claim | None:
    if asked.plain.get("outcome"):
        # Whether enough were content is said already.
        return None
    parts = parts_of(asked.question, asked.plain)
    lines = [line for line in parts[0].lines if not line.is_few] if parts else []
    found = [(line, dig(asked.plain, line.path)) for line in lines]
    found = [(line, each) for line, each in found if value_of(each) is not None]
    if not found:
        return None
    line, each = found[0]
    if parts[0].has_counts:
        line, each = max(found, key=lambda pair: pair[1]["value"])
    kind, scale = unit_of(line.style)
    interval = interval_of(each, scale)
    value = writing.write(value_of(each, scale), kind)
    if interval is not None:
        value = _(
            "%(value)s (%(interval)s)", value=value, interval=writing.write(interval, "interval", of=kind)
        )
    text = _(
        "%(question)s – %(answer)s: %(value)s of %(count)s answers.",
        question=asked.text,
        answer=line.label,
        value=value,
        count=writing.count(asked.n),
    )
    return Claim(text, "plain", f"{asked.key}-1")


def _sample(survey: Survey) -> list[tuple[str, Cell]]:
    counted = reach.count_reach(survey)
    summary = survey.summary
    found: list[tuple[str, Cell]] = [
        (_("Answers that count"), survey.completed_count - survey.excluded_count),
        (_("Left out after somebody looked"), survey.excluded_count),
        (_("Began and did not finish"), survey.started_count - survey.completed_count),
        (_("Members it is for"), counted.audience),
    ]
    if counted.told:
        found.append((_("Told of it"), counted.told))
        found.append((_("Reminded"), counted.reminded))
    for key, name in (("first_at", _("First response")), ("last_at", _("Last response"))):
        if summary.get(key):
            found.append((name, writing.day(summary[key])))
    if summary.get("median_seconds"):
        found.append((_("Minutes it took, median"), round(summary["median_seconds"] / 60, 1)))
    weighting = summary.get("weighting") or {}
    targets = queries.find_targets(weighting.get("targets_id"))
    if targets is not None and weighting.get("state") == "weighted":
        found.append((_("Weighted to"), scopes.name_of_targets(targets)))
        found.append((_("Equal answers that the weighted ones are worth"), round(weighting["n_eff"], 1)))
    return found


def _warnings(survey: Survey, questions: Sequence[AskedQuestion]) -> list[str]:
    found = []
    counted = survey.completed_count - survey.excluded_count
    if survey.state == "open":
        found.append(_("The survey is still taking answers; its figures will change."))
    if survey.answers_changed_at is not None and survey.tallied_at != survey.answers_changed_at:
        found.append(
            _(
                "Answers came in that are not counted yet: the figures are of %(counted)s, and %(all)s have "
                "answered.",
                counted=writing.count(survey.summary.get("n", 0)),
                all=writing.count(counted),
            )
        )
    if counted < MIN_SOLID:
        found.append(_("Fewer than thirty people answered: take all figures as hints."))
    state = (survey.summary.get("weighting") or {}).get("state")
    if survey.weight_targets_id is not None and state != "weighted":
        found.append(_("The answers could not be weighted, so all figures are plain."))
    failed = set(survey.summary.get("failed", ()))
    if any(question.id in failed for question in questions):
        found.append(_("Some questions could not be counted anew; their figures are older."))
    changed = sum(len(question.versions) > 1 for question in questions)
    if changed:
        found.append(
            ngettext(
                "%(num)d question was worded anew while answers came in.",
                "%(num)d questions were worded anew while answers came in.",
                changed,
            )
        )
    return found


def _definitions() -> list[tuple[str, str]]:
    return [
        (
            _("Weighted"),
            _("Answers count so that groups have the shares they have among all customers (raking)."),
        ),
        (
            _("Counts"),
            _("A finished answer that was not left out by a person after it had looked odd."),
        ),
        ("NPS", _("The share that says 9 or 10 less the share that says 0 to 6.")),
    ]


KIND = Kind(
    key="surveys",
    name=_l("Survey results"),
    about=_l(
        "Every question of a survey with its figures and intervals, who answers otherwise, and what changed "
        "since the wave before."
    ),
    collect=collect,
    heeds=frozenset({"survey"}),
    needs=frozenset({"survey"}),
)
