"""What staff fill in for questions that are answered choice by choice: statements and pictures."""

from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField
from wtforms.validators import ValidationError

from community.infra.errors import Invalid
from community.infra.forms import Form, LineField, length, required
from community.infra.images import CleanImage, read_image
from community.infra.translated import in_languages, spread, texts
from community.surveys.actions import pictures, statements
from community.surveys.forms.languages import keep_languages
from community.surveys.models import Survey, SurveyPicture
from community.surveys.queries.pictures import PictureLine


class StatementForm(Form):
    """One short sentence to agree or disagree with."""

    text = LineField(_l("A statement"), validators=[required(), length(most=statements.LONGEST)])


class DescriptionForm(Form):
    """What a picture shows, in each language."""

    def description(self) -> dict[str, str]:
        """The words by language."""
        return texts(self, "description")


in_languages(DescriptionForm, "description", _l("What it shows"), most=pictures.LONGEST)


class PictureForm(DescriptionForm):
    """A picture to offer; `image` holds it, read and written anew, once the form was read."""

    file = FileField(_l("Picture"))

    image: CleanImage

    def validate_file(self, field: Any) -> None:
        """A file that really is a picture."""
        if not field.data or not getattr(field.data, "filename", ""):
            raise ValidationError(_l("Please choose a picture."))
        try:
            self.image = read_image(field.data.stream)
        except Invalid as refusal:
            raise ValidationError(refusal.message) from refusal


def picture_form(survey: Survey, *, is_sent: bool = True) -> PictureForm:
    """The form to offer a picture, in the languages of the survey."""
    form = PictureForm() if is_sent else PictureForm(formdata=None)
    keep_languages(form, ("description",), survey.languages)
    return form


def description_form(
    survey: Survey, picture: PictureLine | SurveyPicture, *, is_sent: bool = False
) -> DescriptionForm:
    """The form to describe one of several pictures on a page; its fields are called after the picture."""
    data, prefix = spread("description", picture.description), f"picture-{picture.id}"
    form = DescriptionForm(data=data, prefix=prefix, **({} if is_sent else {"formdata": None}))
    keep_languages(form, ("description",), survey.languages)
    return form
