"""Forms that change a text which others may change too: nobody writes over what they have not read."""

import hashlib
import json
from collections.abc import Sequence
from typing import Any, ClassVar

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import Field, FileField, HiddenField, SelectFieldBase
from wtforms.csrf.core import CSRFTokenField

from community.infra.errors import Stale
from community.infra.forms import Form

CHANGED = _l(
    "Somebody has changed this since you opened it, so nothing is saved yet. What stands there now is below, "
    "your own words are still in the form. Save again to put yours in its place."
)


class VersionedForm(Form):
    """A form that remembers what it was filled in with when it was opened; a client may leave that out."""

    version = HiddenField()

    # Fields that change by themselves.
    not_compared: ClassVar[frozenset[str]] = frozenset()

    @property
    def read_version(self) -> str:
        """What the form carries: which version its editor has read."""
        sent = self.version.raw_data
        return (self.version.data or "") if sent else self.fingerprint()

    def fingerprint(self) -> str:
        """A mark of what the form was filled in with, not of what was sent: the same for the same words."""
        said = {field.name: field.object_data for field in self._compared()}
        return hashlib.sha256(json.dumps(said, sort_keys=True, default=str).encode()).hexdigest()[:16]

    def must_stand(self, now: "VersionedForm") -> None:
        """Stale if what stands there `now` is not what was read, unless it is just what is to be written."""
        read, found = self.version.data, now.fingerprint()
        if not read or read == found:
            return
        standing = [
            (str(field.label.text), _shown(field, now[field.name].object_data))
            for field in self._compared()
            if field.name in now and _plain(now[field.name].object_data) != _plain(field.data)
        ]
        if standing:
            self.standing, self.version.data = standing, found
            raise Stale(CHANGED)

    def _compared(self) -> Sequence[Field]:
        return [
            field
            for field in self
            if field.name != "version"
            and field.name not in self.not_compared
            and not isinstance(field, FileField | CSRFTokenField)
        ]


def _plain(value: Any) -> str:
    return "" if value is None else str(value)


def _shown(field: Field, value: Any) -> str:
    """What a field would say, in words."""
    if isinstance(value, bool):
        return str(_("yes") if value else _("no"))
    if isinstance(field, SelectFieldBase):
        chosen = {str(each) for each in value} if isinstance(value, list | tuple) else {_plain(value)}
        labels = [str(label) for key, label, *_rest in field.iter_choices() if str(key) in chosen]
        return ", ".join(labels)
    return _plain(value)
