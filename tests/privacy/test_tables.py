"""Every column that leads to a member is held by the `personal_data` of a domain, and the docs say so."""

from pathlib import Path

from sqlalchemy import JSON

from community.infra.db import Base
from community.infra.own_data import FATES
from community.personal import AGEING, PERSONAL
from community.privacy import naming, retention
from community.privacy.models import KEPT_THINGS

HELD = {
    column: (domain, fate) for domain, holder in PERSONAL.items() for column, fate in holder.HOLDS.items()
}
# JSON that names members by number, beside those that are found by their words.
NUMBERED = {"vote_alarms.member_ids", "loyalty_rings.partner_ids", "books_checks.mismatches"}


def columns_to_members():
    return {
        f"{table.name}.{column.name}"
        for table in Base.metadata.sorted_tables
        for column in table.columns
        if any(key.column.table.name == "members" for key in column.foreign_keys)
    }


class TestTables:
    def test_every_reference_to_a_member_is_held_by_a_domain(self):
        assert columns_to_members() - set(HELD) == set()

    def test_every_column_of_addresses_is_held_by_a_domain(self):
        named = {
            f"{table.name}.{column.name}"
            for table in Base.metadata.sorted_tables
            for column in table.columns
            if ("email" in column.name or "address" in column.name)
            and table.name not in ("members", "member_sessions", "tokens", "redemptions")
            and not column.name.endswith("_folded")
        }
        assert named <= set(HELD)

    def test_lists_of_members_in_json_are_held_by_a_domain(self):
        listed = {
            f"{table.name}.{column.name}"
            for table in Base.metadata.sorted_tables
            for column in table.columns
            if isinstance(column.type, JSON) and column.name.endswith("_ids")
        }
        assert listed | NUMBERED <= set(HELD)

    def test_nothing_is_listed_that_is_not_there_or_twice(self):
        there = {f"{table.name}.{column.name}" for table in Base.metadata.sorted_tables for column in table.c}
        assert set(HELD) <= there
        assert len(HELD) == sum(len(holder.HOLDS) for holder in PERSONAL.values())
        assert {fate for _domain, fate in HELD.values()} <= set(FATES)

    def test_every_domain_has_a_name_for_its_members(self):
        assert set(PERSONAL) == set(naming.DOMAINS)

    def test_every_thing_that_ages_has_words_and_a_way_to_be_forgotten(self):
        assert set(AGEING) == set(retention.THINGS) == set(KEPT_THINGS)

    def test_the_table_in_the_documents_names_every_table(self):
        text = Path("docs/privacy.md").read_text(encoding="utf-8")
        assert {
            table for table in {column.split(".")[0] for column in HELD} if f"`{table}`" not in text
        } == set()
