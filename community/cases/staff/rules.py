"""Routing rules: their order, what each asks, and which of the last texts each would decide about."""

from flask import Response, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from community.cases import explaining, routing
from community.cases.actions import settings as actions
from community.cases.forms.settings import RuleForm, rule_form
from community.cases.models import RoutingRule
from community.cases.queries import rules as queries
from community.cases.queries import settings
from community.cases.staff.access import blueprint
from community.cases.staff.setting_up import only_administrators
from community.infra.errors import Invalid
from community.infra.forms import answer
from community.infra.web import page, say, see_other, viewer

# A draft that is only looked at has no number of its own yet.
DRAFT_ID = 0


@blueprint.get("/rules")
def rules() -> Response:
    """All rules in the order in which they are asked, and what they do with the last texts."""
    only_administrators()
    standing, names = settings.list_rule_rows(), settings.get_names()
    previewed = settings.preview(queries.get_rules())
    return page(
        "cases/staff/rules.html",
        rules=standing,
        words={rule.id: explaining.conditions_in_words(rule.conditions, names) for rule in standing},
        effects=explaining.EFFECTS,
        counts=_count(previewed),
        previewed_count=len(previewed),
    )


@blueprint.get("/rules/preview")
def preview_rules() -> Response:
    """The last texts one by one, each with the rule that would decide about it."""
    only_administrators()
    return page(
        "cases/staff/preview_rules.html",
        lines=settings.preview(queries.get_rules()),
        rules={rule.id: rule for rule in queries.list_rules()},
        effects=explaining.EFFECTS,
    )


@blueprint.route("/rules/new", methods=["GET", "POST"])
def new_rule() -> BaseResponse:
    """Write one more rule."""
    only_administrators()
    return _rule(None)


@blueprint.route("/rules/<int:rule_id>", methods=["GET", "POST"])
def edit_rule(rule_id: int) -> BaseResponse:
    """Change what a rule asks, and who gets what it fits."""
    only_administrators()
    return _rule(queries.get_rule(rule_id))


@blueprint.post("/rules/<int:rule_id>/earlier")
def move_rule_up(rule_id: int) -> BaseResponse:
    """Ask a rule earlier."""
    only_administrators()
    actions.move(queries.get_rule(rule_id), by=viewer(), steps=-1)
    return see_other("cases_staff.rules", _anchor=f"rule-{rule_id}")


@blueprint.post("/rules/<int:rule_id>/later")
def move_rule_down(rule_id: int) -> BaseResponse:
    """Ask a rule later."""
    only_administrators()
    actions.move(queries.get_rule(rule_id), by=viewer(), steps=1)
    return see_other("cases_staff.rules", _anchor=f"rule-{rule_id}")


@blueprint.post("/rules/<int:rule_id>/switch")
def switch_rule(rule_id: int) -> BaseResponse:
    """Switch a rule on or off."""
    only_administrators()
    actions.switch(queries.get_rule(rule_id), by=viewer(), on=request.form.get("on") == "1")
    return see_other("cases_staff.rules", _anchor=f"rule-{rule_id}")


@blueprint.post("/rules/<int:rule_id>/delete")
def delete_rule(rule_id: int) -> BaseResponse:
    """Take a rule away."""
    only_administrators()
    actions.delete(queries.get_rule(rule_id), by=viewer())
    say(_("The rule is gone. Its cases stay where they are."))
    return see_other("cases_staff.rules")


def _rule(rule: RoutingRule | None) -> BaseResponse:
    form = rule_form(rule).offer(
        names=settings.get_names(),
        people=settings.list_people(),
        teams=[(team.id, team.name) for team in settings.list_teams()],
    )
    is_look = request.form.get("step") == "preview"
    if form.was_sent() and not is_look and _is_saved(form, rule):
        say(_("Saved."))
        return see_other("cases_staff.rules")
    shown = settings.preview(_with(form, rule)) if is_look and not form.errors else None
    return answer(
        "cases/staff/edit_rule.html",
        form,
        rule=rule,
        lines=[line for line in shown if line.rule_id == _id_of(rule)] if shown is not None else None,
        previewed_count=len(shown) if shown is not None else 0,
    )


def _is_saved(form: RuleForm, rule: RoutingRule | None) -> bool:
    try:
        actions.save_rule(rule, by=viewer(), values=form.values())
    except Invalid as refusal:
        form.refuse(refusal)
        return False
    return True


def _with(form: RuleForm, rule: RoutingRule | None) -> queries.Rules:
    draft = routing.Rule(_id_of(rule), form.conditions(), form.effect.data)
    return settings.with_draft(queries.get_rules(), draft, is_new=rule is None)


def _id_of(rule: RoutingRule | None) -> int:
    return rule.id if rule is not None else DRAFT_ID


def _count(lines: list[settings.PreviewLine]) -> dict[int | str, int]:
    """How many texts each rule decides about, by its number; "unsure" and "no_rule" for the triage desk."""
    counts: dict[int | str, int] = {}
    for line in lines:
        key = line.rule_id if line.rule_id is not None else line.reason
        counts[key] = counts.get(key, 0) + 1
    return counts
