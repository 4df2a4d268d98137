"""Names and titles are taken out of written snapshots where they stand as such, and nowhere else."""

from community.insights import redacting
from community.insights.figures import Claim, Column, Figure, Row, Section, from_json, to_json
from tests.factories.insights import make_snapshot

NAMES, TITLES = {"Quiet": "[former]"}, {"Quiet bags": "[gone]", "Quiet": "[gone]"}


def figure(key, *rows, claims=()):
    columns = [Column(each, "Quiet") for each in rows[0]]
    return Figure(key, "Quiet", columns, [Row(each) for each in rows], 12, "texts", claims=claims)


def written(*figures, summary=()):
    return to_json(make_snapshot(sections=[Section("all", "Quiet", figures)], summary=summary))


def found_in(text, *, names=NAMES, titles=TITLES):
    return from_json(redacting.without(text, names=names, titles=titles))


def cells(snapshot):
    return [row.cells for each in snapshot.figures() for row in each.rows]


class TestWithout:
    def test_titles_go_from_cells_and_from_quotation_marks(self):
        claim = Claim("“Quiet bags” comes first by every way.", figure="idea_ranking")
        ideas = figure("idea_ranking", {"idea": "Quiet bags"}, {"idea": "Quiet bags (#7)"}, claims=[claim])
        found = found_in(written(ideas, summary=[claim]))
        assert cells(found) == [{"idea": "[gone]"}, {"idea": "[gone] (#7)"}]
        told = [found.summary[0].text, found.figures()[0].claims[0].text]
        assert told == ["“[gone]” comes first by every way."] * 2

    def test_names_go_from_where_owners_are_told(self):
        claim = Claim("Quiet: 4 of 5 in time.", figure="levels_by_owner")
        owners = figure("levels_by_owner", {"group": "Quiet"}, claims=[claim])
        found = found_in(written(owners, figure("open_oldest", {"owner": "Quiet"})))
        assert cells(found) == [{"group": "[former]"}, {"owner": "[former]"}]
        assert found.figures()[0].claims[0].text == "[former]: 4 of 5 in time."

    def test_nobody_takes_other_words_away_by_being_called_like_them(self):
        claim = Claim("Quiet: rose from 31% to 38%.", "rose", "topics.changes")
        topics = figure("topics", {"name": "Quiet", "group": "Quiet"}, claims=[claim])
        text = written(topics, figure("levels_by_panel", {"group": "Quiet"}), summary=[claim])
        assert redacting.without(text, names=NAMES, titles=TITLES) is text

    def test_words_inside_of_others_stay(self):
        text = written(figure("idea_ranking", {"idea": "Quiet bags and more", "n": 12}))
        assert redacting.without(text, names=NAMES, titles=TITLES) is text

    def test_words_with_quotation_marks_of_their_own_are_found(self):
        text = written(figure("idea_ranking", {"idea": 'A "quiet" bag \\ two'}))
        assert cells(found_in(text, titles={'A "quiet" bag \\ two': "[gone]"})) == [{"idea": "[gone]"}]

    def test_no_words_change_nothing(self):
        text = written(figure("idea_ranking", {"idea": "Quiet bags"}))
        assert redacting.without(text, names={"": "[former]"}, titles={}) is text
