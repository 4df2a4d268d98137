"""Names and titles are taken out of written snapshots where they stand as such, and nowhere else."""

import json

from community.insights import redacting

WORDS = {"Quiet bags": "[gone]", "Quiet": "[former]"}


def written(**cells):
    claims = [{"text": "Quiet: 4 of 5 in time."}, {"text": "“Quiet bags” comes first by every way."}]
    return json.dumps({"claims": claims, "columns": [{"title": "Quiet"}], "rows": [{"cells": cells}]})


class TestWithout:
    def test_names_and_titles_go_and_headings_stay(self):
        found = json.loads(redacting.without(written(idea="Quiet bags", other="Quiet bags (#7)"), WORDS))
        assert found["rows"][0]["cells"] == {"idea": "[gone]", "other": "[gone] (#7)"}
        assert [each["text"] for each in found["claims"]] == [
            "[former]: 4 of 5 in time.",
            "“[gone]” comes first by every way.",
        ]
        assert found["columns"] == [{"title": "Quiet"}]

    def test_words_inside_of_others_stay(self):
        text = json.dumps({"rows": [{"cells": {"topic": "Quiet bags and more", "n": 12}}]})
        assert redacting.without(text, WORDS) is text

    def test_no_words_change_nothing(self):
        text = written(idea="Quiet bags")
        assert redacting.without(text, {"": "[former]"}) is text
