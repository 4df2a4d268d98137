"""What a survey still lacks before it can open, and what one might think about again."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask_babel import gettext as _
from flask_babel import ngettext

from community.infra import language
from community.infra.errors import Invalid
from community.surveys import conditions, drafting, kinds
from community.surveys.models import Survey
from community.surveys.queries.questions import Standing
from community.surveys.queries.surveys import Supply

# A poll is answered in one click.
POLL_KINDS = ("single", "yes_no", "rating5")
MANY_QUESTIONS = 20
LONG_MINUTES = 10


@dataclass(frozen=True)
class Gap:
    """One thing to look at: the sentence, and the question it is about or the page (`endpoint`) to go to."""

    message: str
    question_id: int | None = None
    endpoint: str = "surveys_staff.edit"
    anchor: str = ""


def list_gaps(
    survey: Survey,
    standing: Sequence[Standing],
    supply: Supply,
    *,
    now: datetime,
    archived_panels: Sequence[str] = (),
) -> list[Gap]:
    """What must be done before the survey can open, in the order in which staff would do it."""
    return [
        *_gaps_of_survey(survey, archived_panels),
        *_gaps_of_number(survey, standing),
        *(gap for number, each in enumerate(standing) for gap in _gaps_of(each, number, survey, standing)),
        *_gaps_of_supply(survey, standing, supply),
        *_gaps_of_audience(survey, supply, now),
    ]


def list_thoughts(survey: Survey, standing: Sequence[Standing]) -> list[Gap]:
    """What may be meant as it is, but seldom is."""
    thoughts = []
    if survey.kind == "survey" and len(standing) > MANY_QUESTIONS:
        message = _(
            "%(count)d questions are a lot. Every one you leave out brings more answers.", count=len(standing)
        )
        thoughts.append(Gap(message, endpoint="surveys_staff.questions"))
    if survey.minutes > LONG_MINUTES:
        thoughts.append(Gap(_("More than ten minutes: most people will not finish.")))
    if standing and not any(each.question.is_required for each in standing):
        message = _("No question has to be answered, so a single answer counts as complete.")
        thoughts.append(Gap(message, endpoint="surveys_staff.questions"))
    return thoughts


def check_whole(texts: Mapping[str, str], languages: Sequence[str], *, field: str) -> None:
    """Invalid, beside the field of the first language in which a text is missing."""
    for locale in drafting.missing_languages(texts, languages):
        message = _("Please write this in %(language)s too.", language=language.NAMES[locale])
        raise Invalid(message, field=f"{field}_{locale}")


def said_missing(texts: Mapping[str, str], languages: Sequence[str]) -> str:
    """The names of the languages in which a text is missing, empty if it is in all of them."""
    return ", ".join(language.NAMES[each] for each in drafting.missing_languages(texts, languages))


def missing_in(each: Standing, languages: Sequence[str]) -> str:
    """The languages in which a question says less than in others."""
    version = each.version
    texts = [version.text, *_inner_texts(version.settings)]
    texts += [option["text"] for option in version.options]
    texts += [version.hint] if version.hint else []
    return _missing_in_any(texts, languages)


def leans_on_its_page(each: Standing, earlier: Sequence[Standing]) -> bool:
    """Whether it depends on an answer to its own page, or repeats one: it would come too late."""
    question, version = each
    codes = {*conditions.codes_in(question.condition), *drafting.piped_codes(version.text)}
    codes.update(drafting.piped_codes(version.hint))
    return any(other.question.page == question.page and other.question.code in codes for other in earlier)


def _gaps_of_survey(survey: Survey, archived_panels: Sequence[str]) -> Iterator[Gap]:
    languages = survey.languages
    if missing := said_missing(survey.title, languages):
        yield Gap(_("The title is missing in %(languages)s.", languages=missing), anchor="title")
    if not survey.purpose:
        yield Gap(_("Say what you will do with the answers."), anchor="purpose")
    elif missing := said_missing(survey.purpose, languages):
        yield Gap(
            _("What you will do with the answers is missing in %(languages)s.", languages=missing),
            anchor="purpose",
        )
    if survey.thanks and (missing := said_missing(survey.thanks, languages)):
        yield Gap(_("The thanks are missing in %(languages)s.", languages=missing), anchor="thanks")
    if not survey.panels:
        yield Gap(_("Choose the panels whose members you ask."), anchor="panel_ids")
    for name in archived_panels:
        yield Gap(_("The panel “%(name)s” is closed.", name=name), anchor="panel_ids")


def _gaps_of_number(survey: Survey, standing: Sequence[Standing]) -> Iterator[Gap]:
    if not standing:
        yield Gap(_("Ask at least one question."), endpoint="surveys_staff.questions")
    elif survey.kind != "survey" and len(standing) > 1:
        yield Gap(_("This asks one question only: take the others out."), endpoint="surveys_staff.questions")
    elif survey.kind == "poll" and standing[0].question.kind not in POLL_KINDS:
        message = _("A quick poll is answered in one click: a single choice, yes or no, or a rating 1 to 5.")
        yield Gap(message, standing[0].question.id, "surveys_staff.question")


def _gaps_of(each: Standing, number: int, survey: Survey, standing: Sequence[Standing]) -> Iterator[Gap]:
    question, version = each
    languages = survey.languages

    def gap(message: str, anchor: str = "") -> Gap:
        return Gap(f"{number + 1}. {message}", question.id, "surveys_staff.question", anchor)

    if missing := said_missing(version.text, languages):
        yield gap(_("The question is missing in %(languages)s.", languages=missing), "text")
    if version.hint and (missing := said_missing(version.hint, languages)):
        yield gap(_("The hint is missing in %(languages)s.", languages=missing), "hint")
    if missing := _missing_in_any([option["text"] for option in version.options], languages):
        yield gap(_("Some answers are missing in %(languages)s.", languages=missing), "options")
    if any(said_missing(texts, languages) for texts in _inner_texts(version.settings)):
        yield gap(_("Some labels are not in every language."), "settings")
    try:
        kinds.of(question.kind).check(version.options, version.settings)
    except Invalid as refusal:
        yield gap(str(refusal.message), "options")
    earlier = {other.question.code: other for other in standing[:number]}
    yield from (gap(message, "condition") for message in _gaps_of_condition(question.condition, earlier))
    for code in drafting.piped_codes({**version.text, **{f"hint_{k}": v for k, v in version.hint.items()}}):
        if code not in earlier:
            message = _("“%(code)s” stands in its text, but no earlier question is called that.", code=code)
            yield gap(message, "text")
    if leans_on_its_page(each, standing[:number]):
        message = f"{number + 1}. " + _("It depends on an answer on its own page: begin a new page with it.")
        yield Gap(message, endpoint="surveys_staff.questions", anchor=f"question-{question.id}")


def _gaps_of_condition(condition: Mapping[str, Any] | None, earlier: Mapping[str, Standing]) -> Iterator[str]:
    for part in conditions.parts_of(condition)[1]:
        code, comparison, value = conditions.read_leaf(part)
        if code not in earlier:
            yield _("It is asked depending on “%(code)s”, which does not come before it.", code=code)
        elif comparison in ("is", "includes") and value not in earlier[code].choices:
            yield _("It is asked depending on an answer to “%(code)s” that is not offered.", code=code)
        elif comparison not in conditions.comparisons_of(earlier[code].question.kind):
            yield _("It is asked depending on “%(code)s” in a way its kind does not know.", code=code)


def _gaps_of_supply(survey: Survey, standing: Sequence[Standing], supply: Supply) -> Iterator[Gap]:
    for number, (question, _version) in enumerate(standing, start=1):
        if question.kind == "pairwise" and supply.contenders.get(question.id, 0) < 2:
            message = _("%(number)d. Choose at least two ideas to compare.", number=number)
            yield Gap(message, question.id, "surveys_staff.contenders")
        if question.kind == "opinions" and supply.statements.get(question.id, 0) < 1:
            message = _("%(number)d. Write at least one statement to begin with.", number=number)
            yield Gap(message, question.id, "surveys_staff.statements")
        if question.kind == "picture":
            pictures = supply.pictures.get(question.id, ())
            if len(pictures) < 2:
                message = _("%(number)d. Offer at least two pictures to choose from.", number=number)
                yield Gap(message, question.id, "surveys_staff.pictures")
            if missing := _missing_in_any(pictures, survey.languages):
                message = _(
                    "%(number)d. What a picture shows is missing in %(languages)s.",
                    number=number,
                    languages=missing,
                )
                yield Gap(message, question.id, "surveys_staff.pictures")


def _gaps_of_audience(survey: Survey, supply: Supply, now: datetime) -> Iterator[Gap]:
    if survey.sampling == "random" and not survey.sample_size:
        yield Gap(_("Say how many members are to be drawn."), endpoint="surveys_staff.audience")
    if survey.sampling == "quotas" and not supply.cell_count:
        yield Gap(_("Set up the places of the sample."), endpoint="surveys_staff.audience")
    if survey.closes_at is not None and survey.closes_at <= now:
        yield Gap(_("It would close before it opens."), endpoint="surveys_staff.show", anchor="opening")


def _missing_in_any(texts: Sequence[Mapping[str, str]], languages: Sequence[str]) -> str:
    missing = {locale for said in texts for locale in drafting.missing_languages(said, languages)}
    return ", ".join(language.NAMES[locale] for locale in languages if locale in missing)


def _inner_texts(settings: Mapping[str, Any]) -> Iterator[Mapping[str, str]]:
    """The texts by language that stand in a question's settings."""
    for key in ("low", "high", "unit"):
        if isinstance(settings.get(key), Mapping):
            yield settings[key]
    for column in settings.get("columns", ()):
        yield column["text"]


def count_said(gaps: Sequence[Gap]) -> str:
    """How much is missing, in words."""
    return str(ngettext("One thing is missing.", "%(num)d things are missing.", len(gaps)))
