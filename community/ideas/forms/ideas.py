"""Writing and changing an idea."""

from collections.abc import Sequence
from typing import Any, ClassVar

from flask_babel import lazy_gettext as _l
from flask_wtf.file import MultipleFileField
from wtforms import HiddenField
from wtforms.validators import Optional, ValidationError

from community.ideas.lengths import BODY_MOST, IMAGES_MOST, TITLE_FEWEST, TITLE_MOST, wrong_with_title
from community.ideas.tagging import read_tags
from community.infra.errors import Invalid
from community.infra.forms import BlockField, Form, GuardedForm, LineField, length, required
from community.infra.images import CleanImage, read_image
from community.infra.versions import VersionedForm


class _TitleLength:
    """Bounds of a title, which depend on its script; a browser is told the widest."""

    field_flags: ClassVar[dict[str, int]] = {"minlength": TITLE_FEWEST, "maxlength": TITLE_MOST}

    def __call__(self, form: Any, field: Any) -> None:
        if (wrong := wrong_with_title(field.data or "")) is not None:
            raise ValidationError(wrong)


class WordsForm(Form):
    """What an idea says; `tag_list` holds the tags once the form was read."""

    title = LineField(_l("Title"), validators=[required(), _TitleLength()])
    body = BlockField(_l("Tell us more"), validators=[Optional(), length(most=BODY_MOST)])
    tags = LineField(_l("Tags"), validators=[Optional(), length(most=200)])

    tag_list: Sequence[str] = ()

    def validate_tags(self, field: LineField) -> None:
        """Up to five tags of up to thirty characters."""
        try:
            self.tag_list = read_tags(field.data or "")
        except Invalid as refusal:
            raise ValidationError(refusal.message) from refusal


class EditForm(WordsForm, VersionedForm):
    """Changing what an idea says."""


class IdeaForm(WordsForm, GuardedForm):
    """A new idea; `pictures` holds the pictures, read and written anew, once the form was read."""

    images = MultipleFileField(_l("Pictures"), validators=[Optional()])
    draft = HiddenField()
    anyway = HiddenField()

    pictures: Sequence[CleanImage] = ()

    def validate_images(self, field: Any) -> None:
        """Up to three pictures that really are pictures."""
        files = [file for file in field.data or () if file and file.filename]
        if len(files) > IMAGES_MOST:
            raise ValidationError(_l("Please choose at most %(most)d pictures.", most=IMAGES_MOST))
        try:
            self.pictures = [read_image(file.stream) for file in files]
        except Invalid as refusal:
            raise ValidationError(refusal.message) from refusal
