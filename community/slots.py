"""What stands where: place on a page of a lower floor → the functions that fill it, in order.

Each makes a piece of HTML from the facts that the page gives for its viewer, and nothing if it has nothing
to show there.
"""

from collections.abc import Mapping, Sequence

from community.ideas import slots as ideas
from community.infra.slots import Filling
from community.insights import slots as insights
from community.loyalty import slots as loyalty
from community.panels import slots as panels
from community.surveys import slots as surveys

SLOTS: Mapping[str, Sequence[Filling]] = {
    "board.top": (surveys.poll_above_board,),
    "idea.asked": (surveys.asked_about_idea,),
    "idea.tools": (surveys.ask_about_idea,),
    "feedback.tools": (insights.take_feedback_away,),
    "staff.top": (loyalty.alarm_above_staff_pages,),
    "circle.marks": (ideas.marks_in_circle,),
    "moderation.mine": (ideas.not_counted,),
    "profile.names": (panels.names_of_member,),
    "account.facts": (loyalty.points_of_member,),
}
