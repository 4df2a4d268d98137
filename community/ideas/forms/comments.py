"""Writing and changing a comment."""

from flask_babel import lazy_gettext as _l
from wtforms.validators import Optional
from wtforms.widgets import HiddenInput

from community.ideas.lengths import COMMENT_MOST
from community.infra.forms import BlockField, GuardedForm, IdField, length, required
from community.infra.versions import VersionedForm


class EditCommentForm(VersionedForm):
    """What a comment says."""

    body = BlockField(_l("Your comment"), validators=[required(), length(most=COMMENT_MOST)])


class CommentForm(GuardedForm):
    """A new comment, or with `parent_id` a reply to one."""

    body = BlockField(_l("Your comment"), validators=[required(), length(most=COMMENT_MOST)])
    parent_id = IdField(validators=[Optional()], widget=HiddenInput())
