"""One thing of every kind, all in one private panel or of the site, and what fills each address in."""

import io
import re
from dataclasses import dataclass
from typing import Any

from PIL import Image
from sqlalchemy import select
from werkzeug.routing import Rule

from community.activity.models import Activity, OwedReaction
from community.cases.models import Absence, Case, ReplyTemplate
from community.feedback.models import Correction, FeedbackItem, LearnedModel, SiteWord
from community.ideas.actions import comments
from community.ideas.actions.publishing import publish_idea
from community.ideas.models import IdeaImage, VoteAlarm
from community.infra import clock
from community.infra.db import Base, db, unit_of_work
from community.infra.images import CleanImage, read_image
from community.infra.mail import OutgoingMail
from community.loyalty.models import VoucherCode
from community.members.actions import begin_session
from community.members.actions.profile import set_picture
from community.members.models import Member, MemberSession, OutsideIdentity, Passkey, RoleGrant
from community.moderation.models import Appeal, Decision, QueueItem, Sanction
from community.notifications.models import Notice
from community.panels.actions import invite
from community.panels.actions.invitations import Guest
from community.panels.models import Invitation, JoinRequest, Panel
from community.surveys.models import Statement, SurveyPicture, WeightTargets
from community.surveys.models.reach import SurveyCell
from tests.access.house import furnish
from tests.factories.cases import make_level, make_rule, make_team
from tests.factories.feedback import make_topic
from tests.factories.loyalty import make_award, make_reward
from tests.factories.members import make_attribute, make_member
from tests.factories.panels import make_cell, make_panel, make_segment
from tests.factories.panels import make_question as make_door_question
from tests.factories.surveys import make_question, make_survey

NAMES = re.compile(r"<(?:\w+:)?(\w+)>")
# What stands in the query of addresses that are about something.
QUERIES = {
    "cases_staff.answer_many": "case={case_id}",
    "cases_staff.open_theme": "panel={slug}",
    "insights_staff.compare": "a={report_id}&b={report_id}",
    "insights_staff.texts": "figure=topics&row=0",
    "loyalty_staff.fulfil_many": "redemption={redemption_id}",
    "members.picture": "key={picture_key}",
    "moderation.flag": "subject=comment:{comment_id}",
    "moderation_staff.allow": "panel={slug}",
    "moderation_staff.block": "panel={slug}",
    "moderation_staff.on_subject": "subject=comment:{comment_id}",
    "moderation_staff.try_text": "panel={slug}",
    "surveys_staff.new_question": "kind=single",
}
# What is sent where nothing would be asked about who sends it, or where it says what it is about.
FORMS = {
    "members.rename_passkey": {"name": "On the desk"},
    "cases_staff.open_case": {"item_id": "{item_id}"},
    "surveys_staff.budget": {
        "invitation_limit": "3", "per_days": "30", "long_minutes": "9", "rest_days": "9",
        "remind_after_days": "4",
    },
    "surveys_staff.change_contender": {"idea_id": "{idea_id}"},
}  # fmt: skip


@dataclass
class Whole:
    """The private panel, an open one, somebody inside, and what each address is filled in with."""

    closed: Panel
    open: Panel
    insider: Member
    values: dict[str, str]

    def path(self, rule: Rule) -> str:
        """The address of a rule, filled in with what there is in the private panel."""
        blueprint = rule.endpoint.partition(".")[0]

        def value(name: str) -> str:
            """What was made for this view, or for its blueprint, or for all."""
            keys = (f"{rule.endpoint}.{name}", f"{blueprint}.{name}", name)
            return next(self.values[key] for key in keys if key in self.values)

        path = NAMES.sub(lambda found: value(found[1]), rule.rule)
        query = QUERIES.get(rule.endpoint, "").format_map(self.values)
        return f"{path}?{query}" if query else path

    def form(self, rule: Rule) -> dict[str, str]:
        """What is sent to a rule."""
        form = FORMS.get(rule.endpoint, {})
        return {name: value.format_map(self.values) for name, value in form.items()}


def furnish_whole() -> Whole:
    """A site in which there is one of everything; what belongs to a panel belongs to a private one."""
    house = furnish()
    panel, insider = house.panel, house.insider
    elsewhere = make_panel("Open", slug="open")
    site = _of_the_site(panel, elsewhere, insider)
    idea = publish_idea(panel, insider, title="An idea with a picture", images=[_image()])
    set_picture(insider, _file())
    said = comments.add_comment(idea, insider, body="Said just now")
    item = _one(FeedbackItem, FeedbackItem.panel_id == panel.id, FeedbackItem.source == "import")
    first = {name: values[0] for name, values in house.values.items()}
    numbers = {
        "slug": panel.slug,
        "panel_id": panel.id,
        "idea_id": idea.id,
        "ideas_staff.idea_id": _one(VoteAlarm).idea_id,
        "comment_id": said.id,
        "member_id": insider.id,
        "picture_key": insider.picture_key,
        "item_id": item.id,
        "listening_staff.item_id": _one(FeedbackItem, FeedbackItem.state == "failed").id,
        "case_id": _one(Case, Case.is_theme.is_(False)).id,
        "correction_id": _one(Correction, Correction.item_id == item.id).id,
        "moderation.item_id": _one(QueueItem, QueueItem.state == "asked").id,
        "moderation_staff.item_id": _one(QueueItem, QueueItem.state == "open").id,
        "decision_id": _one(Decision, Decision.verb == "warn").id,
        "moderation_staff.decision_id": _one(Decision, Decision.verb == "hide").id,
        "appeal_id": _one(Appeal).id,
        "notice_id": _one(Notice, Notice.member_id == insider.id).id,
        "surveys_staff.statement_id": _one(Statement).id,
        "surveys_staff.picture_id": _one(SurveyPicture).id,
        "surveys_staff.cell_id": _one(SurveyCell).id,
        "surveys.key": _one(SurveyPicture).key,
        "ideas.key": _one(IdeaImage).key,
        **_asked_live(panel),
        **_keys_of(insider),
        "loyalty.key": house.values["key"][-1],
        "loyalty.code": house.values["code"][-1],
        "page": 1,
        "token": "x" * 43,
        "secret": "x" * 43,
        **site,
    }
    values = {**first, **{name: str(value) for name, value in numbers.items()}}
    return Whole(panel, elsewhere, insider, values)


def _asked_live(panel: Panel) -> dict[str, Any]:
    survey = make_survey(panel=panel, kinds=())
    kinds = {
        "opinions": ("add_statement", "vote"),
        "picture": ("bring_picture",),
        "pairwise": ("choose", "go_to_idea", "add_idea"),
        "single": ("answer", "keep", "start"),
    }
    filled = {}
    for kind, views in kinds.items():
        question = make_question(survey, kind)
        for view in views:
            filled[f"surveys.{view}.survey_id"] = survey.id
            filled[f"surveys.{view}.question_id"] = question.id
    statement = _one(Statement)
    staff = {
        "statements": statement.question_id,
        "decide_statement": statement.question_id,
        "pictures": _one(SurveyPicture).question_id,
        "describe_picture": _one(SurveyPicture).question_id,
        "withdraw_picture": _one(SurveyPicture).question_id,
        "contenders": filled["surveys.choose.question_id"],
        "change_contender": filled["surveys.choose.question_id"],
        "draw_contenders": filled["surveys.choose.question_id"],
    }
    for view in ("contenders", "change_contender", "draw_contenders"):
        filled[f"surveys_staff.{view}.survey_id"] = survey.id
    draft = make_survey(panel=panel, state="draft")
    for view in ("begin_preview", "delete", "new_question", "open_survey", "audience", "budget"):
        filled[f"surveys_staff.{view}.survey_id"] = draft.id
    return filled | {f"surveys_staff.{view}.question_id": number for view, number in staff.items()}


def _file() -> io.BytesIO:
    file = io.BytesIO()
    Image.new("RGB", (40, 30), "olive").save(file, "PNG")
    file.seek(0)
    return file


def _image() -> CleanImage:
    return read_image(_file().getvalue())


def _of_the_site(panel: Panel, elsewhere: Panel, insider: Member) -> dict[str, Any]:
    keeper, helper, asks = make_member("Keeper", roles=("admin",)), make_member("Helper"), make_member("Asks")
    topic = make_topic("Delivery", words=("parcel",))
    invite(keeper, panel, guests=[Guest("guest@example.org", "en")])
    voucher = make_reward("A coded one", kind="voucher", codes=("ONE", "TWO"), panel_id=panel.id)
    begin_session(insider)
    today = clock.today()
    with unit_of_work() as session:
        rows: dict[str, Base] = {
            "absence_id": Absence(member_id=keeper.id, from_on=today, until_on=today),
            "cases_staff.template_id": ReplyTemplate(name={"en": "Thanks"}, body={"en": "Thank you."}),
            "request_id": JoinRequest(panel_id=panel.id, member_id=asks.id),
            "example_id": Correction(
                field="topic", value=str(topic.id), text="A parcel.", language="en", item_id=None
            ),
            "model_id": LearnedModel(
                task="sentiment",
                language="en",
                version=1,
                weights={},
                label_count=0,
                last_correction_id=0,
                report={"stage": "grams", "scores": {}},
            ),
            "grant_id": RoleGrant(member_id=helper.id, role="analyst", panel_id=elsewhere.id),
            "owed_id": OwedReaction(
                activity_id=_one(Activity).id, reaction="gone", state="set_aside", attempts=9
            ),
            "sanction_id": Sanction(
                member_id=insider.id, kind="warning", panel_id=panel.id, decision_id=_one(Decision).id
            ),
            "word_id": SiteWord(word="florps", folded="florps", valence=1),
            "targets_id": WeightTargets(
                name="All",
                source="Books",
                as_of=today,
                margins=[{"attribute": "cooks", "targets": {"yes": 0.5, "no": 0.5}}],
            ),
        }
        session.add_all(rows.values())
    return {
        **{name: row.id for name, row in rows.items()},  # type: ignore[attr-defined]
        "members_staff.member_id": helper.id,
        # Who has a second step that can be taken away.
        "members_staff.reset_second_step.member_id": insider.id,
        "members_staff.reinstate.member_id": make_member("Out", state="suspended").id,
        "loyalty_staff.codes.reward_id": voucher.id,
        "loyalty_staff.codes_file.reward_id": voucher.id,
        "loyalty_staff.take_code_out.reward_id": voucher.id,
        "topic_id": topic.id,
        "level_id": make_level().id,
        "rule_id": make_rule().id,
        "team_id": make_team(keeper).id,
        "attribute_id": make_attribute("single_choice", "Cooks", options=("Yes", "No")).id,
        "segment_id": make_segment({"all": [{"panel": panel.slug}]}).id,
        "panels_staff.cell_id": make_cell(panel, {"all": [{"panel": panel.slug}]}).id,
        "panels_staff.question_id": make_door_question(panel).id,
        "invitation_id": _one(Invitation).id,
        "award_id": make_award(insider, 7, panel_id=panel.id).id,
        "code_id": _one(VoucherCode, VoucherCode.reward_id == voucher.id).id,
        "session_id": _one(MemberSession, MemberSession.member_id == insider.id).id,
        "mail_id": _one(OutgoingMail).id,
    }


def _one(model: type[Any], *conditions: Any) -> Any:
    found = db.session.scalars(select(model).where(*conditions).order_by(model.id)).first()
    assert found is not None, (model, conditions)
    return found


def _keys_of(member: Member) -> dict[str, int]:
    with unit_of_work() as session:
        passkey = Passkey(
            member_id=member.id, name="A key", credential_id="x", public_key="x", user_handle="x"
        )
        identity = OutsideIdentity(member_id=member.id, issuer="https://elsewhere.example", subject="x")
        session.add_all([passkey, identity])
        member.second_step_since = clock.now()
        session.flush()
        return {"passkey_id": passkey.id, "identity_id": identity.id}
