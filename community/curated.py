"""What can be curated: type of subject → the door through which it is found and changed."""

from collections.abc import Mapping

from community.ideas import curation as ideas
from community.moderation import naming
from community.moderation.doors import Door
from community.surveys import curation as surveys

CURATED: Mapping[str, Door] = {
    "idea": ideas.IDEA_DOOR,
    "comment": ideas.COMMENT_DOOR,
    "votes": ideas.VOTES_DOOR,
    "statement": surveys.STATEMENT_DOOR,
    "member": naming.MEMBER_DOOR,
}
