"""What staff do, as the audit log tells it: activity kind → the act in words; and how its facts are put.

A kind that is not here is no act of staff. `is_shared` kinds are acts of members too: those of staff say
so in their data (`as_staff`).
"""

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any, NamedTuple

from flask_babel import format_decimal
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from community.cases.forms.answers import OUTCOME_LABELS
from community.infra import language
from community.members.forms import ROLE_LABELS
from community.moderation.reasons import REASONS
from community.moderation.rules import RULES
from community.moderation.telling import UNDONE
from community.moderation.verbs import LABELS as VERB_LABELS
from community.panels.forms import ADMISSION_LABELS, NAMES_SHOWN_LABELS, VISIBILITY_LABELS


class Act(NamedTuple):
    """One kind of act: what was done, under which heading it is found."""

    words: Any
    area: str
    is_shared: bool = False


AREAS: Mapping[str, Any] = {
    "people": _l("People and roles"),
    "panels": _l("Panels and segments"),
    "moderation": _l("Moderation"),
    "ideas": _l("Ideas"),
    "cases": _l("Cases and routing"),
    "listening": _l("Feedback and listening"),
    "surveys": _l("Surveys"),
    "points": _l("Points and rewards"),
    "reports": _l("Reports"),
    "site": _l("The site and its data"),
}

ACTS: Mapping[str, Act] = {
    # people
    "member.role_granted": Act(_l("Gave a role"), "people"),
    "member.role_ended": Act(_l("Took a role back"), "people"),
    "member.suspended": Act(_l("Suspended somebody"), "people"),
    "member.reinstated": Act(_l("Let somebody in again"), "people"),
    "member.second_step_reset": Act(_l("Took somebody’s second step away"), "people"),
    "profile_question.changed": Act(_l("Changed a profile question"), "people"),
    # panels
    "panel.created": Act(_l("Opened a panel"), "panels"),
    "panel.edited": Act(_l("Changed a panel"), "panels"),
    "panel.archived": Act(_l("Closed a panel"), "panels"),
    "panel.reopened": Act(_l("Opened a panel again"), "panels"),
    "panel.left": Act(_l("Took somebody out of a panel"), "panels", is_shared=True),
    "segment.changed": Act(_l("Changed a segment"), "panels"),
    "join_request.decided": Act(_l("Decided about a request to join"), "panels"),
    "invitation.sent": Act(_l("Invited somebody"), "panels"),
    "invitation.withdrawn": Act(_l("Withdrew an invitation"), "panels"),
    # moderation
    "moderation.decided": Act(_l("Decided about a text"), "moderation"),
    "moderation.undone": Act(_l("Undid a decision"), "moderation"),
    "moderation.asked": Act(_l("Asked an author"), "moderation"),
    "appeal.decided": Act(_l("Answered an appeal"), "moderation"),
    "member.renamed": Act(_l("Changed somebody’s name"), "moderation"),
    "member.warned": Act(_l("Warned somebody"), "moderation"),
    "member.paused": Act(_l("Paused somebody"), "moderation"),
    "member.pause_ended": Act(_l("Ended a pause"), "moderation"),
    "trust.vouched": Act(_l("Vouched for somebody"), "moderation"),
    "screening_rules.changed": Act(_l("Changed the rules of screening"), "moderation"),
    "blocked_words.changed": Act(_l("Changed the blocked words"), "moderation"),
    "votes.excluded": Act(_l("Took votes out of the count"), "moderation"),
    "votes.counted": Act(_l("Let votes count"), "moderation"),
    # ideas
    "idea.edited": Act(_l("Changed somebody’s idea"), "ideas", is_shared=True),
    "idea.deleted": Act(_l("Removed somebody’s idea"), "ideas", is_shared=True),
    "idea.status_changed": Act(_l("Moved an idea to another status"), "ideas"),
    "idea.responded": Act(_l("Answered an idea officially"), "ideas"),
    "idea.merged": Act(_l("Joined an idea to another one"), "ideas"),
    "idea.unmerged": Act(_l("Took joined ideas apart"), "ideas"),
    "comment.deleted": Act(_l("Removed somebody’s comment"), "ideas", is_shared=True),
    # cases
    "case.opened": Act(_l("Opened a case"), "cases"),
    "case.combined": Act(_l("Combined cases"), "cases"),
    "case.assigned": Act(_l("Gave a case to somebody"), "cases"),
    "case.process_assigned": Act(_l("Named who answers for the process"), "cases"),
    "case.replied": Act(_l("Answered a case"), "cases"),
    "case.noted": Act(_l("Noted something in a case"), "cases"),
    "case.promise_made": Act(_l("Promised something"), "cases"),
    "case.promise_kept": Act(_l("Kept a promise"), "cases"),
    "case.promise_broken": Act(_l("Said that a promise cannot be kept"), "cases"),
    "case.resolved": Act(_l("Resolved a case"), "cases"),
    "case.texts_added": Act(_l("Added texts to a case"), "cases"),
    "case.cause_found": Act(_l("Named a cause"), "cases"),
    "case.fix_planned": Act(_l("Planned a fix"), "cases"),
    "rule.changed": Act(_l("Changed a routing rule"), "cases"),
    "service_level.changed": Act(_l("Changed a service level"), "cases"),
    "working_hours.changed": Act(_l("Changed the working hours"), "cases"),
    "team.changed": Act(_l("Changed a team"), "cases"),
    "absence.changed": Act(_l("Changed an absence"), "cases"),
    "reply_template.changed": Act(_l("Changed a template for answers"), "cases"),
    # listening
    "feedback.uploaded": Act(_l("Uploaded a file of feedback"), "listening"),
    "feedback.import_started": Act(_l("Began to bring feedback in"), "listening"),
    "feedback.import_forgotten": Act(_l("Let an upload go"), "listening"),
    "feedback.corrected": Act(_l("Corrected how a text was read"), "listening"),
    "feedback.label_skipped": Act(_l("Passed over a text to be labelled"), "listening"),
    "topic.added": Act(_l("Added a topic"), "listening"),
    "topic.changed": Act(_l("Changed a topic"), "listening"),
    "topic.archived": Act(_l("Archived a topic"), "listening"),
    "topic.brought_back": Act(_l("Brought a topic back"), "listening"),
    "site_word.set": Act(_l("Taught a word"), "listening"),
    "site_word.removed": Act(_l("Took a taught word back"), "listening"),
    "model.taken_live": Act(_l("Took a model live"), "listening"),
    "model.switched_off": Act(_l("Switched a model off"), "listening"),
    "listening.changed": Act(_l("Changed how the site listens"), "listening"),
    # surveys
    "survey.created": Act(_l("Began a survey"), "surveys"),
    "survey.changed": Act(_l("Changed a survey"), "surveys"),
    "survey.deleted": Act(_l("Deleted a survey"), "surveys"),
    "survey.opened": Act(_l("Opened a survey"), "surveys"),
    "survey.closed": Act(_l("Closed a survey"), "surveys"),
    "survey.reopened": Act(_l("Opened a survey again"), "surveys"),
    "survey.told_back": Act(_l("Told members what was heard"), "surveys"),
    "survey.response_judged": Act(_l("Judged an answer"), "surveys"),
    "survey.exported": Act(_l("Took answers away as a file"), "surveys"),
    "survey.weighted": Act(_l("Changed a weighting"), "surveys"),
    "survey.contender_changed": Act(_l("Changed what is compared"), "surveys"),
    "survey.statement_decided": Act(_l("Decided about a statement"), "surveys"),
    "comparison.written": Act(_l("Wrote down what is to be compared"), "surveys"),
    "comparison.changed": Act(_l("Changed what is to be compared"), "surveys"),
    "comparison.forgotten": Act(_l("Let a comparison go"), "surveys"),
    "comparison.frozen": Act(_l("Froze a comparison"), "surveys"),
    "weight_targets.added": Act(_l("Added targets for weighting"), "surveys"),
    "weight_targets.archived": Act(_l("Archived targets for weighting"), "surveys"),
    "contact_budget.changed": Act(_l("Changed how often members are asked"), "surveys"),
    # points
    "reward.created": Act(_l("Added a reward"), "points"),
    "reward.changed": Act(_l("Changed a reward"), "points"),
    "reward.withdrawn": Act(_l("Withdrew a reward"), "points"),
    "reward.codes_added": Act(_l("Added codes of a reward"), "points"),
    "reward.fulfilled": Act(_l("Handed a reward over"), "points"),
    "reward.released": Act(_l("Gave points of a reward back"), "points"),
    "points.matured": Act(_l("Gave points that waited"), "points"),
    "points.denied": Act(_l("Denied points that waited"), "points"),
    "points.adjusted": Act(_l("Adjusted somebody’s points"), "points"),
    "adjustment.asked": Act(_l("Asked a second person for an adjustment"), "points"),
    "adjustment.refused": Act(_l("Refused an adjustment"), "points"),
    "ring.judged": Act(_l("Judged a circle"), "points"),
    "tiers.edited": Act(_l("Changed the tiers"), "points"),
    "earning_rule.changed": Act(_l("Changed a rule for points"), "points"),
    "programme.changed": Act(_l("Changed the programme"), "points"),
    "books.checked": Act(_l("Had the books checked"), "points"),
    # reports
    "report.asked": Act(_l("Asked for a report"), "reports"),
    "report.cancelled": Act(_l("Called a report off"), "reports"),
    "report.deleted": Act(_l("Deleted a report"), "reports"),
    "report_template.saved": Act(_l("Kept a report as a template"), "reports"),
    "report_template.archived": Act(_l("Put a template away"), "reports"),
    "report_schedule.saved": Act(_l("Set up a report by the clock"), "reports"),
    "report_schedule.ended": Act(_l("Stopped a report by the clock"), "reports"),
    "report.exported": Act(_l("Took a report away as a file"), "reports"),
    "feedback.exported": Act(_l("Took feedback away as a file"), "reports"),
    # site
    "retention.changed": Act(_l("Changed how long things are kept"), "site"),
    "owed.retried": Act(_l("Had set-aside work tried again"), "site"),
    "audit.exported": Act(_l("Took the audit log away as a file"), "site"),
}

# What a fact is called; others are called by their key.
# What nobody but staff can record.
STAFF_KINDS = frozenset(kind for kind, act in ACTS.items() if not act.is_shared)

FACTS: Mapping[str, Any] = {
    "name": _l("Name"),
    "slug": _l("Address"),
    "description": _l("What the panel is for"),
    "visibility": _l("Who may see it"),
    "admission": _l("How people come in"),
    "names_shown": _l("How members see each other"),
    "state": _l("How it stands"),
    "status": _l("Status"),
    "to_status": _l("Status"),
    "role": _l("Role"),
    "title": _l("Title"),
    "body": _l("Words"),
    "tags": _l("Tags"),
    "verb": _l("Decision"),
    "about": _l("About"),
    "promised_on": _l("Promised for"),
    "decision": _l("Decision"),
    "door": _l("Question at the door"),
    "rule": _l("Rule"),
    "target_count": _l("Places"),
    "votes_counted": _l("Votes that count"),
    "votes_not_counted": _l("Votes that do not count"),
    "until": _l("Until"),
    "is_active": _l("Switched on"),
    "position": _l("Place in the list"),
    "amount": _l("Points"),
    "what": _l("What"),
    "counted": _l("Votes that count"),
    "excluded": _l("Votes that do not count"),
    "undone_as": _l("Taken back"),
    "effect": _l("What happens"),
    "words": _l("Words"),
    "format": _l("Kind of file"),
    "has_people": _l("With names and addresses"),
    "by_way_of": _l("By way of"),
    "from_on": _l("First day"),
    "until_on": _l("Last day"),
    "panels": _l("Panels"),
    "segments": _l("Segments"),
    "topics": _l("Topics"),
    "languages": _l("Languages"),
    **{rule: asked.label for rule, asked in RULES.items()},
}
# What an act was about, where it has no name of its own; other types are called by their key.
SUBJECTS: Mapping[str, Any] = {
    "idea": _l("Idea"),
    "comment": _l("Comment"),
    "statement": _l("Statement"),
    "decision": _l("Decision"),
    "appeal": _l("Appeal"),
    "queueitem": _l("Queue"),
    "votes": _l("Votes of an idea"),
    "screeningrules": _l("Screening"),
}
# Values that stand for words.
VALUES: Mapping[str, Mapping[str, Any]] = {
    "outcome": OUTCOME_LABELS,
    "undone_as": UNDONE,
    "effect": {"hold": _l("waits"), "refuse": _l("not taken")},
    "state": {
        "waiting": _l("Waiting"),
        "published": _l("Shown"),
        "hidden": _l("Hidden"),
        "deleted": _l("Deleted"),
        "upheld": _l("The decision stays"),
        "overturned": _l("Taken back"),
    },
    "role": ROLE_LABELS,
    "by_way_of": {"provider": _l("the sign-in provider")},
    "verb": VERB_LABELS,
    "names_shown": NAMES_SHOWN_LABELS,
    "visibility": VISIBILITY_LABELS,
    "admission": ADMISSION_LABELS,
}
# Where the why of an act stands, the first that says something.
WHY = ("why", "reason", "note", "message")
# Plumbing that is of no use to a reader.
_HIDDEN = frozenset(
    ("before", "after", "changed", "was_id", "to_id", "as_staff", "cell_id", "joined_ids", "decision_id",
     "title", "name", "old_slug", "slug", *WHY)
)  # fmt: skip
# Facts that are numbers of members; lists are told by names.
PEOPLE = frozenset(
    ("person", "was_id", "to_id", "owner_id", "process_owner_id", "cover_id", "member_id", "members",
     "member_ids", "counted", "excluded")
)  # fmt: skip


_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?\+00:00")


class Fact(NamedTuple):
    """One thing that an act was about or changed; `before` is None where nothing changed."""

    label: str
    before: str | None
    after: str


def kinds_of(area: str) -> tuple[str, ...]:
    """The kinds of this area, or all of them."""
    return tuple(kind for kind, act in ACTS.items() if not area or act.area == area)


def facts_of(data: Mapping[str, Any], people: Mapping[int, str]) -> list[Fact]:
    """What an act changed, before and after, and what else is known of it; `people` are names by number."""
    before, after = _ends(data)
    changed = [
        Fact(
            _label(key),
            _value(key, before[key], people) if key in before else None,
            _value(key, after.get(key), people),
        )
        for key in {**before, **after}
    ]
    others = [
        Fact(_label(key), None, _value(key, value, people))
        for key, value in data.items()
        if key not in _HIDDEN and key not in {**before, **after} and value not in (None, "", [], {})
    ]
    return [*changed, *others]


def people_in(data: Mapping[str, Any]) -> set[int]:
    """The numbers of all members that the facts speak of."""
    before, after = _ends(data)
    pairs = [*data.items(), *before.items(), *after.items()]
    return {number for key, value in pairs if key in PEOPLE for number in _numbers(value)}


def why_of(data: Mapping[str, Any]) -> str:
    """Why it was done, as far as somebody said so."""
    why = next((data[key] for key in WHY if data.get(key)), "")
    reason = REASONS.get(why) if isinstance(why, str) else None
    return str(reason.label) if reason is not None else str(why)


def subject_of(subject_type: str, subject_id: int | str) -> str:
    """What an act was about, by its number."""
    return f"{SUBJECTS.get(subject_type, subject_type)} {subject_id}"


def in_words(value: Any) -> str:
    """A value of the log as people read it."""
    if value is None or value in ("", [], {}):
        return str(_("nothing"))
    if isinstance(value, bool):
        return str(_("yes") if value else _("no"))
    if isinstance(value, int | float):
        return str(format_decimal(value))
    if isinstance(value, Mapping):
        if value.keys() <= language.NAMES.keys():
            return language.text_in({key: str(text) for key, text in value.items()})
        return "; ".join(f"{_label(key)}: {in_words(each)}" for key, each in value.items())
    if isinstance(value, list | tuple):
        return ", ".join(in_words(each) for each in value)
    return _moment(str(value))


def _moment(text: str) -> str:
    """A moment, which JSON holds as text, as readers write it; any other text as it is."""
    if not _MOMENT.fullmatch(text):
        return text
    return language.show_moment(datetime.fromisoformat(text))


def _label(key: str) -> str:
    return str(FACTS.get(key) or key.replace("_", " ").capitalize())


def _ends(data: Mapping[str, Any]) -> tuple[Mapping[str, Any], Mapping[str, Any]]:
    """Before and after, in each of the ways in which acts tell them."""
    if isinstance(changed := data.get("changed"), Mapping):
        before, after = ({key: pair[end] for key, pair in changed.items()} for end in (0, 1))
        return before, after
    if "was_id" in data or "to_id" in data:
        return {"person": data.get("was_id")}, {"person": data.get("to_id")}
    if isinstance(data.get("before"), str):
        return {"state": data["before"]}, {"state": data.get("decision")}
    return _mapping(data.get("before")), _mapping(data.get("after"))


def _value(key: str, value: Any, people: Mapping[int, str]) -> str:
    if key in PEOPLE and (numbers := _numbers(value)):
        return ", ".join(people.get(number, f"#{number}") for number in numbers)
    if isinstance(value, str) and key in VALUES:
        return str(VALUES[key].get(value, value))
    if key == "about" and isinstance(value, str) and ":" in value:
        return subject_of(*value.split(":", 1))
    return in_words(value)


def _numbers(value: Any) -> list[int]:
    return [each for each in (value if isinstance(value, list) else [value]) if isinstance(each, int)]


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}
