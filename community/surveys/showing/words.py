"""The words for groups of members, ideas, statements and pictures whose keys and numbers results hold."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from flask_babel import gettext as _

from community.infra import language
from community.members.models import Member, ProfileAttribute
from community.surveys.queries import profiles
from community.surveys.queries import results as queries
from community.surveys.queries.results import AskedQuestion, Stored
from community.surveys.showing.parts import Names
from community.surveys.weighting import TOGETHER


@dataclass(frozen=True)
class Words:
    """What profile questions, their options and panels are called, by their keys; in order."""

    attributes: Mapping[str, str]
    options: Mapping[str, Mapping[str, str]]

    def way(self, way: str) -> str:
        """A way to split: "panel" or "attribute:key"."""
        return self.margin(way.removeprefix("attribute:"))

    def margin(self, name: str) -> str:
        """A margin of weighting targets."""
        return self.attributes.get(name, name)

    def option(self, name: str, key: str) -> str:
        """An option, or several that count together."""
        known = self.options.get(name, {})
        return " + ".join(known.get(each, each) for each in key.split(TOGETHER))

    def category(self, name: str, key: str) -> str:
        """An option with its question behind it."""
        return str(_("%(option)s (%(question)s)", option=self.option(name, key), question=self.margin(name)))

    def groups(self, way: str, cuts: Sequence[str]) -> dict[str, str]:
        """The groups of a way to split by their cuts, in the order of the options."""
        if not way:
            return {}
        name = way.removeprefix("attribute:")
        keys = {cut.removeprefix(f"{way}="): cut for cut in cuts if cut.startswith(f"{way}=")}
        order = [key for key in self.options.get(name, {}) if key in keys]
        order += [key for key in keys if key not in order]
        return {keys[key]: self.option(name, key) for key in order}


def words_of(attributes: Sequence[ProfileAttribute], panels: Mapping[str, str]) -> Words:
    """The words for these profile questions and panels, in the reader's language."""
    names = {attribute.key: language.text_in(attribute.label) for attribute in attributes}
    options = {
        attribute.key: {str(option["key"]): profiles.option_text(option) for option in attribute.options}
        for attribute in attributes
    }
    return Words(names | {"panel": _("Panel")}, options | {"panel": dict(panels)})


def names_of(questions: Sequence[AskedQuestion], stored: Sequence[Stored], viewer: Member | None) -> Names:
    """What ideas, statements and pictures of these results are called, as far as the viewer may know."""
    by_kind: dict[str, list[int]] = {}
    for question in questions:
        by_kind.setdefault(question.kind, []).append(question.id)
    pairs = frozenset(by_kind.get("pairwise", ()))
    rankings = [
        each.data.get("plain") or {} for each in stored if each.question_id in pairs and each.cut == ""
    ]
    ideas = {item["idea"] for ranking in rankings for item in ranking.get("items", ())}
    ideas.update(idea for ranking in rankings for idea in ranking.get("few", ()))
    return Names(
        ideas=queries.list_idea_titles(ideas, viewer),
        statements=queries.list_statement_texts(by_kind.get("opinions", ())),
        pictures=queries.list_picture_names(by_kind.get("picture", ())),
    )
