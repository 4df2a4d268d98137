"""What staff set up: rules, service levels, working hours, teams and absences."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, DateField, SelectField, SelectMultipleField, TimeField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import NumberRange, Optional, ValidationError
from wtforms.widgets import CheckboxInput, ListWidget

from community.cases import explaining
from community.cases.models import RULE_EFFECTS, STRATEGIES, RoutingRule, ServiceLevel
from community.config import LOCALES
from community.feedback import wording
from community.feedback.models import KINDS, LANGUAGES, SENTIMENTS, SOURCES
from community.infra.forms import BlockField, CountField, Form, LineField, NumberField, length, required
from community.infra.language import NAMES, time_zones

NAME_MOST = 80
HOURS_MOST = 24 * 365
Pair = tuple[int, str]


class Choices(SelectMultipleField):
    """Several of a list, as boxes to tick; numbers if `coerce=int`."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()


def _choices(pairs: Iterable[tuple[Any, Any]]) -> list[SelectChoice]:
    return [SelectChoice(value, label) for value, label in pairs]


def _labelled(values: Iterable[Any], labels: Mapping[Any, Any], *, none: Any = None) -> list[SelectChoice]:
    """These values in words; behind one that stands for none of them, if that has a label."""
    first = [] if none is None else [none]
    return [*first, *_choices((value, labels[value]) for value in values)]


class NamedForm(Form):
    """Something with a name in some languages; in one at least."""

    def validate_name_en(self, _field: Any) -> None:
        """People have to be able to tell it from others."""
        if not self.names():
            raise ValidationError(_("Please fill this in."))

    def names(self) -> dict[str, str]:
        """The name by locale, as far as it was given."""
        given = {locale: self[f"name_{locale}"].data or "" for locale in LOCALES}
        return {locale: name for locale, name in given.items() if name}


for _locale in LOCALES:
    setattr(
        NamedForm,
        f"name_{_locale}",
        LineField(_l("Name in %(language)s", language=NAMES[_locale]), [length(most=NAME_MOST)]),
    )


class RuleForm(NamedForm):
    """A routing rule: what it asks, what then happens, and who gets it."""

    source = Choices(_l("Source"), choices=_labelled(SOURCES, wording.SOURCES))
    panel = Choices(_l("Panel"), coerce=int)
    kind = Choices(_l("Kind"), choices=_labelled(KINDS, wording.KINDS))
    topic = Choices(_l("Topic, with all below it"), coerce=int)
    sentiment = Choices(_l("Sentiment"), choices=_labelled(SENTIMENTS, wording.SENTIMENTS))
    min_urgency = SelectField(
        _l("Urgency at least"),
        coerce=int,
        choices=_labelled((1, 2, 3), wording.URGENCY, none=SelectChoice(0, _l("Any"))),
        default=0,
    )
    language = Choices(_l("Language"), choices=_labelled(LANGUAGES, wording.LANGUAGES))
    segment = Choices(_l("Segment"), coerce=int)
    min_tier = SelectField(_l("Tier at least"), coerce=int, default=0)
    has_member = SelectField(
        _l("Written by"),
        choices=_choices(
            [("", _l("Anybody")), ("yes", _l("A member")), ("no", _l("Somebody without an account"))]
        ),
        default="",
    )
    effect = SelectField(
        _l("What happens"), choices=_labelled(RULE_EFFECTS, explaining.EFFECTS), default="case"
    )
    owner_id = SelectField(_l("Goes to"), coerce=int, default=0)
    team_id = SelectField(_l("Or to a team"), coerce=int, default=0)
    process_owner_id = SelectField(_l("Answers for the process"), coerce=int, default=0)
    is_enabled = BooleanField(_l("Switched on"), default=True)

    def offer(
        self,
        *,
        names: explaining.Names,
        people: Sequence[Pair],
        teams: Sequence[Pair],
    ) -> "RuleForm":
        """Offer these topics, panels, segments, tiers, people and teams."""
        self.panel.choices = _choices(names.panels.items())
        self.topic.choices = _choices(names.topics.items())
        self.segment.choices = _choices(names.segments.items())
        self.min_tier.choices = _choices([(0, _l("Any")), *names.tiers.items()])
        self["owner_id"].choices = _choices([(0, _l("Who answers for the topic")), *people])
        self.team_id.choices = _choices([(0, _l("No team")), *teams])
        self.process_owner_id.choices = _choices(
            [(0, _l("Who answers for the process of the topic")), *people]
        )
        return self

    def conditions(self) -> dict[str, Any]:
        """What the rule asks, as it is stored."""
        asked: dict[str, Any] = {
            name: self[name].data
            for name in ("source", "panel", "kind", "topic", "sentiment", "language", "segment")
            if self[name].data
        }
        if self.min_urgency.data:
            asked["min_urgency"] = self.min_urgency.data
        if self.min_tier.data:
            asked["min_tier"] = self.min_tier.data
        if self.has_member.data:
            asked["has_member"] = self.has_member.data == "yes"
        return asked

    def values(self) -> dict[str, Any]:
        """What the action is to set."""
        return {
            "name": self.names(),
            "conditions": self.conditions(),
            "effect": self.effect.data,
            "owner_id": self["owner_id"].data or None,
            "team_id": self.team_id.data or None,
            "process_owner_id": self.process_owner_id.data or None,
            "is_enabled": self.is_enabled.data,
        }


def rule_form(rule: RoutingRule | None) -> RuleForm:
    """The form of a rule, or of a new one."""
    if rule is None:
        return RuleForm()
    asked = dict(rule.conditions)
    if "has_member" in asked:
        asked["has_member"] = "yes" if asked["has_member"] else "no"
    kept = {
        "effect": rule.effect,
        "owner_id": rule.owner_id or 0,
        "team_id": rule.team_id or 0,
        "process_owner_id": rule.process_owner_id or 0,
        "is_enabled": rule.is_enabled,
    }
    return RuleForm(data=_named(rule.name) | asked | kept)


class LevelForm(NamedForm):
    """A service level: for what, and how soon it is answered and resolved."""

    kind = SelectField(
        _l("Kind"), choices=_labelled(KINDS, wording.KINDS, none=SelectChoice("", _l("Any"))), default=""
    )
    min_urgency = SelectField(
        _l("Urgency at least"),
        coerce=int,
        choices=_labelled((1, 2, 3), wording.URGENCY, none=SelectChoice(0, _l("Any"))),
        default=0,
    )
    segment_id = SelectField(_l("Segment"), coerce=int, default=0)
    tier_id = SelectField(_l("Tier at least"), coerce=int, default=0)
    answer_hours = NumberField(
        _l("Answered within hours"),
        places=None,
        validators=[
            required(),
            NumberRange(0.25, HOURS_MOST, message=_l("Please use between %(min)s and %(max)s.")),
        ],
    )
    resolve_hours = NumberField(
        _l("Resolved within hours"),
        places=None,
        validators=[
            required(),
            NumberRange(0.25, HOURS_MOST, message=_l("Please use between %(min)s and %(max)s.")),
        ],
    )
    remind_percent = CountField(
        _l("The owner is reminded when this much of the time is used up, in per cent"),
        [required(), NumberRange(1, 99, message=_l("Please use between %(min)s and %(max)s."))],
        default=75,
    )
    escalate_to_id = SelectField(_l("Once overdue, this person hears"), coerce=int, default=0)
    is_enabled = BooleanField(_l("Switched on"), default=True)

    def validate_resolve_hours(self, field: Any) -> None:
        """An answer comes before the end."""
        if (
            field.data is not None
            and self.answer_hours.data is not None
            and field.data < self.answer_hours.data
        ):
            raise ValidationError(_("This cannot be less than the time to answer."))

    def offer(
        self, *, segments: Sequence[Pair], tiers: Sequence[Pair], people: Sequence[Pair]
    ) -> "LevelForm":
        """Offer these segments, tiers and people."""
        self.tier_id.choices = _choices([(0, _l("Any")), *tiers])
        self.segment_id.choices = _choices([(0, _l("Everybody")), *segments])
        self.escalate_to_id.choices = _choices(
            [(0, _l("Who answers for the process, else an administrator")), *people]
        )
        return self

    def values(self) -> dict[str, Any]:
        """What the action is to set."""
        return {
            "name": self.names(),
            "kind": self.kind.data or None,
            "min_urgency": self.min_urgency.data,
            "segment_id": self.segment_id.data or None,
            "tier_id": self.tier_id.data or None,
            "answer_hours": float(self.answer_hours.data),
            "resolve_hours": float(self.resolve_hours.data),
            "remind_at_share": self.remind_percent.data / 100,
            "escalate_to_id": self.escalate_to_id.data or None,
            "is_enabled": self.is_enabled.data,
        }


def level_form(level: ServiceLevel | None) -> LevelForm:
    """The form of a service level, or of a new one."""
    if level is None:
        return LevelForm()
    kept = {
        "kind": level.kind or "",
        "min_urgency": level.min_urgency,
        "segment_id": level.segment_id or 0,
        "tier_id": level.tier_id or 0,
        "answer_hours": Decimal(f"{level.answer_hours:g}"),
        "resolve_hours": Decimal(f"{level.resolve_hours:g}"),
        "remind_percent": round(level.remind_at_share * 100),
        "escalate_to_id": level.escalate_to_id or 0,
        "is_enabled": level.is_enabled,
    }
    return LevelForm(data=_named(level.name) | kept)


WEEKDAYS = (
    _l("Monday"), _l("Tuesday"), _l("Wednesday"), _l("Thursday"), _l("Friday"), _l("Saturday"), _l("Sunday"),
)  # fmt: skip


class HoursForm(Form):
    """When the company works."""

    time_zone = SelectField(_l("Time zone"), validators=[required()])
    weekdays = Choices(_l("Days"), coerce=int, choices=_choices(enumerate(WEEKDAYS)))
    from_time = TimeField(_l("From"), [required()])
    until_time = TimeField(_l("Until"), [required()])
    holidays = BlockField(_l("Days off"), [Optional(), length(most=4000)])

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.time_zone.choices = _choices((zone, zone) for zone in ("UTC", *time_zones()))

    def validate_weekdays(self, field: Any) -> None:
        """Somebody works on some day."""
        if not field.data:
            raise ValidationError(_("Please choose at least one day."))

    def validate_until_time(self, field: Any) -> None:
        """A working day ends after it began."""
        if field.data is not None and self.from_time.data is not None and field.data <= self.from_time.data:
            raise ValidationError(_("This has to be later than when the day begins."))

    def validate_holidays(self, field: Any) -> None:
        """Each line is a day."""
        try:
            self.days_off()
        except ValueError:
            raise ValidationError(_("Write one day on each line, as in 2026-12-25.")) from None

    def values(self) -> dict[str, Any]:
        """What the action is to set."""
        begins, ends = self.from_time.data, self.until_time.data
        return {
            "time_zone": self.time_zone.data,
            "weekdays": sorted(self.weekdays.data),
            "from_minute": begins.hour * 60 + begins.minute,
            "until_minute": ends.hour * 60 + ends.minute,
            "holidays": self.days_off(),
        }

    def days_off(self) -> list[str]:
        """The days off, each once and in order; ValueError if a line is no day."""
        lines = (line.strip() for line in (self.holidays.data or "").splitlines())
        return sorted({date.fromisoformat(line).isoformat() for line in lines if line})


class TeamForm(Form):
    """A team, who is in it, and how work is dealt out."""

    name = LineField(_l("Name"), [required(), length(most=NAME_MOST)])
    strategy = SelectField(
        _l("How work is dealt out"),
        choices=_labelled(STRATEGIES, explaining.STRATEGIES),
        default="round_robin",
    )
    member_ids = Choices(_l("Who is in it"), coerce=int)

    def offer(self, people: Sequence[Pair]) -> "TeamForm":
        """Offer these people."""
        self.member_ids.choices = _choices(people)
        return self

    def validate_member_ids(self, field: Any) -> None:
        """Work has to go to somebody."""
        if not field.data:
            raise ValidationError(_("Please choose at least one person."))


class AbsenceForm(Form):
    """Days on which somebody is away, and who covers for them."""

    member_id = SelectField(_l("Who is away"), coerce=int)
    from_on = DateField(_l("First day"), [required()])
    until_on = DateField(_l("Last day"), [required()])
    cover_id = SelectField(_l("Who covers"), coerce=int, default=0)

    def offer(self, people: Sequence[Pair], *, covers: Sequence[Pair]) -> "AbsenceForm":
        """Offer these people to be away, and these to cover."""
        self.member_id.choices = _choices(people)
        self.cover_id.choices = _choices([(0, _l("Nobody: new cases go elsewhere")), *covers])
        return self

    def validate_until_on(self, field: Any) -> None:
        """The last day is not before the first."""
        if field.data is not None and self.from_on.data is not None and field.data < self.from_on.data:
            raise ValidationError(_("This has to be the first day or later."))

    def validate_cover_id(self, field: Any) -> None:
        """Nobody covers for themselves."""
        if field.data and field.data == self.member_id.data:
            raise ValidationError(_("Choose somebody else."))


def _named(name: Mapping[str, str]) -> dict[str, Any]:
    return {f"name_{locale}": words for locale, words in name.items()}
