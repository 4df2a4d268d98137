"""Every form of the site with fields into which people write, and the address that takes what they wrote."""

import importlib
import pkgutil
import sys
from collections.abc import Collection, Iterator
from fnmatch import fnmatch

from wtforms import HiddenField, PasswordField, StringField
from wtforms.fields.core import UnboundField

import community
from community.infra.forms import Form
from tests.attacks.paper import NOBODY_WRITES

# Form → where the walk must have written into each of its fields; "…" is anything.
WRITTEN_AT: dict[str, str] = {
    "cases.forms.answers.AssignForm": "/staff/cases/<id>/assign",
    "cases.forms.answers.BreakForm": "/staff/cases/<id>/promise/broken",
    "cases.forms.answers.ManyForm": "/staff/cases/answer",
    "cases.forms.answers.NoteForm": "/staff/cases/<id>/note",
    "cases.forms.answers.PromiseForm": "/staff/cases/<id>/promise",
    "cases.forms.answers.ReplyForm": "/staff/cases/<id>/reply",
    "cases.forms.answers.ResolveForm": "/staff/cases/<id>/resolve",
    "cases.forms.said.WriteForm": "/me/said/<id>/reply",
    "cases.forms.settings.HoursForm": "/staff/cases/levels/hours",
    "cases.forms.settings.LevelForm": "/staff/cases/levels/new",
    "cases.forms.settings.NamedForm": "/staff/cases/rules/new",
    "cases.forms.settings.RuleForm": "/staff/cases/rules/new",
    "cases.forms.settings.TeamForm": "/staff/cases/teams/new",
    "cases.forms.templates.TemplateForm": "/staff/cases/templates/new",
    "customers.forms.CorrectionForm": "/me/learned/<id>/correct",
    "feedback.forms.ExampleForm": "/staff/topics/<id>/examples",
    "feedback.forms.ImportForm": "/staff/feedback/imports/new",
    "feedback.forms.TopicForm": "/staff/topics/new",
    "feedback.forms.TryForm": "/staff/listening/try",
    "feedback.forms.WordForm": "/staff/listening/words",
    "ideas.forms.comments.CommentForm": "/ideas/<id>/comments",
    "ideas.forms.comments.EditCommentForm": "/comments/<id>/edit",
    "ideas.forms.ideas.EditForm": "/ideas/<id>/edit",
    "ideas.forms.ideas.IdeaForm": "/panels/<slug>/ideas",
    "ideas.forms.ideas.WordsForm": "/panels/<slug>/ideas",
    "ideas.forms.statuses.ResponseForm": "/ideas/<id>/response",
    "ideas.forms.statuses.StatusForm": "/ideas/<id>/status",
    "ideas.forms.votes.VotesForm": "/staff/ideas/<id>/votes",
    "insights.forms.building.BuildForm": "/staff/insights/new",
    "loyalty.forms.adjusting.AdjustmentForm": "/staff/rewards/members/<id>/adjustment",
    "loyalty.forms.circles.CircleForm": "/staff/rewards/circles/<id>",
    "loyalty.forms.programme.ProgrammeForm": "/staff/rewards/settings",
    "loyalty.forms.rewards.CodesForm": "/staff/rewards/catalogue/<id>/codes",
    "loyalty.forms.rewards.FulfilmentForm": "/staff/rewards/redemptions/<id>/fulfilment",
    "loyalty.forms.rewards.RedemptionForm": "/rewards/<id>/redemption",
    "loyalty.forms.rewards.ReleaseForm": "/staff/rewards/redemptions/<id>/release",
    "loyalty.forms.rewards.RewardForm": "/staff/rewards/catalogue/new",
    "loyalty.forms.rules.DecisionForm": "/staff/rewards/awards",
    "loyalty.forms.tiers.TierForm": "/staff/rewards/tiers/new",
    "members.forms.AttributeForm": "/staff/members/attributes/new",
    "members.forms.EmailForm": "/me/security/email",
    "members.forms.ForgottenForm": "/forgotten-password",
    "members.forms.JoinForm": "/join",
    "members.forms.NewPasskeyForm": "/me/security/passkeys",
    "members.forms.ProfileForm": "/me/profile",
    "members.forms.SignInForm": "/sign-in",
    "moderation.forms.appeals.AppealForm": "/me/moderation/<id>/appeal",
    "moderation.forms.appeals.HearingForm": "/staff/moderation/appeals/<id>",
    "moderation.forms.deciding.AnswerForm": "/me/moderation/waiting/<id>",
    "moderation.forms.deciding.AskForm": "/staff/moderation/<id>/ask",
    "moderation.forms.deciding.EditForm": "/staff/moderation/<id>/decide",
    "moderation.forms.deciding.HideForm": "/staff/moderation/<id>/decide",
    "moderation.forms.deciding.MergeForm": "/staff/moderation/<id>/decide",
    "moderation.forms.deciding.MoveForm": "/staff/moderation/<id>/decide",
    "moderation.forms.deciding.PersonForm": "/staff/moderation/<id>/decide",
    "moderation.forms.deciding.PlainForm": "/staff/moderation/<id>/decide",
    "moderation.forms.flags.FlagForm": "/flags",
    "moderation.forms.rules.TryForm": "/staff/moderation/words/try",
    "moderation.forms.rules.WordsForm": "/staff/moderation/words",
    "panels.forms.CellForm": "/staff/panels/<id>/places/new",
    "panels.forms.InvitationForm": "/staff/panels/<id>/invitations",
    "panels.forms.NameForm": "/staff/panels/segments/new",
    "panels.forms.PanelForm": "/staff/panels/new",
    "panels.forms.QuestionForm": "/staff/panels/<id>/questions/new",
    "surveys.forms.building.NewForm": "/staff/surveys/new",
    "surveys.forms.building.ShortForm": "/staff/surveys/polls/new",
    "surveys.forms.building.SurveyForm": "/staff/surveys/<id>/edit",
    "surveys.forms.comparing.ClaimForm": "/staff/surveys/comparisons/<id>/edit",
    "surveys.forms.live.PictureForm": "/staff/surveys/<id>/questions/<id>/pictures",
    "surveys.forms.live.StatementForm": "/staff/surveys/<id>/questions/<id>/statements",
    "surveys.forms.questions.QuestionForm": "/staff/surveys/<id>/questions/…",
    "surveys.forms.targets.TargetsForm": "/staff/surveys/targets/new",
    "surveys.forms.telling.HeardForm": "/staff/surveys/<id>/tell",
}
# On pages that only a longer past brings about: benchmarks/attacks.py writes into them in the demo.
IN_THE_DEMO: dict[str, str] = {
    "cases.forms.said.HelpForm": "/me/said/<id>/help",
    "cases.forms.said.ReopenForm": "/me/said/<id>/reopen",
    "cases.forms.answers.CauseForm": "/staff/cases/<id>/cause",
    "cases.forms.answers.FixForm": "/staff/cases/<id>/fix",
    "cases.forms.answers.ThemeForm": "/staff/cases/themes",
    "surveys.forms.live.DescriptionForm": "/staff/surveys/<id>/questions/<id>/pictures/<id>",
    "surveys.forms.judging.JudgingForm": "/staff/surveys/responses/<id>",
    "surveys.forms.judging.ReplyForm": "/surveys/<id>/response/reply",
    "panels.forms.DecisionForm": "/staff/panels/<id>/requests/<id>/admit",
    "panels.forms.NewcomerForm": "/panels/invitations/<key>/join",
}


# On pages between two steps, where a walk does not come: the tests of tests/members write into them.
BETWEEN_STEPS: dict[str, str] = {
    "members.forms.AppForm": "/me/security/app",
    "members.forms.OutsideJoinForm": "/join/provider",
    "members.forms.PasskeyNameForm": "/me/security/passkeys/<id>/name",
    "members.forms.SecondStepForm": "/sign-in/second-step",
}


def forms() -> dict[str, set[str]]:
    """The text fields of each form that stands in the code; forms made while it runs are met by walking."""
    for module in pkgutil.walk_packages(community.__path__, "community."):
        importlib.import_module(module.name)
    return {
        f"{made.__module__.removeprefix('community.')}.{made.__qualname__}": written
        for made in _below(Form)
        # Not those that other tests of this process made up.
        if made.__module__.startswith("community.")
        and getattr(sys.modules[made.__module__], made.__qualname__, None) is made
        and (written := set(_written(made)))
    }


def not_written(fields: Collection[tuple[str, str]]) -> list[str]:
    """The fields of the inventory that nobody wrote into, by address and name."""
    known = forms()
    return sorted(
        f"{address} {name}"
        for form, address in WRITTEN_AT.items()
        for name in known[form]
        if not any(name == field and fnmatch(place, address.replace("…", "*")) for place, field in fields)
    )


def _below(parent: type[Form]) -> Iterator[type[Form]]:
    for child in parent.__subclasses__():
        yield child
        yield from _below(child)


def _written(made: type[Form]) -> Iterator[str]:
    for name in set(dir(made)) - NOBODY_WRITES:
        unbound = getattr(made, name, None)
        if isinstance(unbound, UnboundField):
            kind = unbound.field_class
            if issubclass(kind, StringField) and not issubclass(kind, PasswordField | HiddenField):
                yield name
