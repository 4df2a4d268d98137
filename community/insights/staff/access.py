"""The blueprint of the pages on which reports are built and read."""

from community.infra import web
from community.infra.web import StaffBlueprint
from community.insights import failures, policy, writing

blueprint = StaffBlueprint("insights_staff", __name__, roles=policy.READERS)
# Macros are imported without the values of the page, and files are made of the same ones.
blueprint.record_once(
    lambda state: state.app.jinja_env.globals.update(report_words=writing, why_not=failures.why)
)


def can_build() -> bool:
    """Whether the viewer may build reports of some panel at least; others read them."""
    return bool(web.viewer().holds_any_role(policy.BUILDERS))
