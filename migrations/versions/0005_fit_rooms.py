"""Moderation, trust, mailed notices, digests, consent and one's own data."""

from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op

from community.infra.db import UtcDateTime

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


GUARDS = {
    "sqlite": (
        "CREATE TRIGGER consents_no_update BEFORE update ON consents BEGIN SELECT RAISE(ABORT, 'consents is append-only'); END",  # noqa: E501
        "CREATE TRIGGER consents_no_delete BEFORE delete ON consents BEGIN SELECT RAISE(ABORT, 'consents is append-only'); END",  # noqa: E501
        "CREATE TRIGGER trust_changes_no_update BEFORE update ON trust_changes BEGIN SELECT RAISE(ABORT, 'trust_changes is append-only'); END",  # noqa: E501
        "CREATE TRIGGER trust_changes_no_delete BEFORE delete ON trust_changes BEGIN SELECT RAISE(ABORT, 'trust_changes is append-only'); END",  # noqa: E501
        "CREATE TRIGGER activities_no_update BEFORE update ON activities WHEN NOT (NEW.data = '{}' AND NEW.id IS OLD.id AND NEW.kind IS OLD.kind AND NEW.actor_id IS OLD.actor_id AND NEW.subject_type IS OLD.subject_type AND NEW.subject_id IS OLD.subject_id AND NEW.panel_id IS OLD.panel_id AND NEW.occurred_at IS OLD.occurred_at) BEGIN SELECT RAISE(ABORT, 'activities is append-only'); END",  # noqa: E501
        "CREATE TRIGGER activities_no_delete BEFORE delete ON activities BEGIN SELECT RAISE(ABORT, 'activities is append-only'); END",  # noqa: E501
    ),
    "postgresql": (
        "CREATE FUNCTION consents_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'consents is append-only'; END $$",  # noqa: E501
        "CREATE TRIGGER consents_no_change BEFORE UPDATE OR DELETE ON consents FOR EACH ROW EXECUTE FUNCTION consents_is_append_only()",  # noqa: E501
        "CREATE FUNCTION trust_changes_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'trust_changes is append-only'; END $$",  # noqa: E501
        "CREATE TRIGGER trust_changes_no_change BEFORE UPDATE OR DELETE ON trust_changes FOR EACH ROW EXECUTE FUNCTION trust_changes_is_append_only()",  # noqa: E501
        "CREATE FUNCTION activities_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF TG_OP = 'UPDATE' THEN IF NEW.data::text = '{}' AND NEW.id IS NOT DISTINCT FROM OLD.id AND NEW.kind IS NOT DISTINCT FROM OLD.kind AND NEW.actor_id IS NOT DISTINCT FROM OLD.actor_id AND NEW.subject_type IS NOT DISTINCT FROM OLD.subject_type AND NEW.subject_id IS NOT DISTINCT FROM OLD.subject_id AND NEW.panel_id IS NOT DISTINCT FROM OLD.panel_id AND NEW.occurred_at IS NOT DISTINCT FROM OLD.occurred_at THEN RETURN NEW; END IF; END IF; RAISE EXCEPTION 'activities is append-only'; END $$",  # noqa: E501
        "CREATE TRIGGER activities_no_change BEFORE UPDATE OR DELETE ON activities FOR EACH ROW EXECUTE FUNCTION activities_is_append_only()",  # noqa: E501
    ),
}
GUARDS_GONE = {
    "sqlite": (),
    "postgresql": (
        "DROP FUNCTION IF EXISTS consents_is_append_only()",
        "DROP FUNCTION IF EXISTS trust_changes_is_append_only()",
    ),
}
GUARD_OF_ACTIVITIES_GONE = {
    "sqlite": (
        "DROP TRIGGER activities_no_update",
        "DROP TRIGGER activities_no_delete",
    ),
    "postgresql": (
        "DROP TRIGGER activities_no_change ON activities",
        "DROP FUNCTION IF EXISTS activities_is_append_only()",
    ),
}


def upgrade() -> None:
    """Go to this release."""
    op.create_table(
        "consents",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("member_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("purpose", sa.String(length=30), nullable=False),
        sa.Column("is_given", sa.Boolean(), nullable=False),
        sa.Column("wording", sa.Text(), nullable=False),
        sa.Column("locale", sa.String(length=10), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["member_id"], ["members.id"], name=op.f("fk_consents_member_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_consents")),
    )
    with op.batch_alter_table("consents", schema=None) as batch_op:
        batch_op.create_index("ix_consents_member", ["member_id", "purpose", "id"], unique=False)

    op.create_table(
        "data_files",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("member_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("state", sa.String(length=30), nullable=False),
        sa.Column("error", sa.String(length=200), nullable=False),
        sa.Column("file_key", sa.String(length=32), nullable=True),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("asked_at", UtcDateTime(), nullable=False),
        sa.Column("ready_at", UtcDateTime(), nullable=True),
        sa.Column("expires_at", UtcDateTime(), nullable=True),
        sa.CheckConstraint("state IN ('owed', 'done', 'failed')", name=op.f("ck_data_files_state_known")),
        sa.ForeignKeyConstraint(
            ["member_id"], ["members.id"], name=op.f("fk_data_files_member_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_data_files")),
    )
    with op.batch_alter_table("data_files", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_data_files_member_id"), ["member_id"], unique=False)

    op.create_table(
        "digests",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("member_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("week_on", sa.Date(), nullable=False),
        sa.Column("parts", sa.JSON(), nullable=False),
        sa.Column("composed_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["member_id"], ["members.id"], name=op.f("fk_digests_member_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_digests")),
        sa.UniqueConstraint("member_id", "week_on", name=op.f("uq_digests_member_id_week_on")),
    )
    with op.batch_alter_table("digests", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_digests_week_on"), ["week_on"], unique=False)

    op.create_table(
        "erasures",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("member_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("keeps_texts", sa.Boolean(), nullable=False),
        sa.Column("state", sa.String(length=30), nullable=False),
        sa.Column("asked_at", UtcDateTime(), nullable=False),
        sa.Column("due_at", UtcDateTime(), nullable=False),
        sa.Column("done_at", UtcDateTime(), nullable=True),
        sa.Column("report", sa.JSON(), nullable=False),
        sa.CheckConstraint(
            "state IN ('waiting', 'called_off', 'done')", name=op.f("ck_erasures_state_known")
        ),
        sa.ForeignKeyConstraint(
            ["member_id"], ["members.id"], name=op.f("fk_erasures_member_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_erasures")),
    )
    with op.batch_alter_table("erasures", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_erasures_member_id"), ["member_id"], unique=False)
        batch_op.create_index(
            "uq_erasures_waiting",
            ["member_id"],
            unique=True,
            sqlite_where=sa.text("state = 'waiting'"),
            postgresql_where=sa.text("state = 'waiting'"),
        )

    op.create_table(
        "learned_facts",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("member_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("kind", sa.String(length=30), nullable=False),
        sa.Column("key", sa.String(length=120), nullable=False),
        sa.Column("words", sa.String(length=300), nullable=False),
        sa.Column("strength", sa.Float(precision=53), nullable=False),
        sa.Column("evidence", sa.JSON(), nullable=False),
        sa.Column("state", sa.String(length=30), nullable=False),
        sa.Column("correction", sa.Text(), nullable=False),
        sa.Column("learned_at", UtcDateTime(), nullable=False),
        sa.CheckConstraint(
            "kind IN ('interest', 'preference', 'language', 'stage')",
            name=op.f("ck_learned_facts_kind_known"),
        ),
        sa.CheckConstraint(
            "state IN ('standing', 'corrected', 'forgotten')", name=op.f("ck_learned_facts_state_known")
        ),
        sa.ForeignKeyConstraint(
            ["member_id"], ["members.id"], name=op.f("fk_learned_facts_member_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_learned_facts")),
        sa.UniqueConstraint("member_id", "kind", "key", name=op.f("uq_learned_facts_member_id_kind_key")),
    )
    op.create_table(
        "trust_changes",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("member_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("from_level", sa.Integer(), nullable=False),
        sa.Column("to_level", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(length=30), nullable=False),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["member_id"], ["members.id"], name=op.f("fk_trust_changes_member_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_trust_changes")),
    )
    with op.batch_alter_table("trust_changes", schema=None) as batch_op:
        batch_op.create_index("ix_trust_changes_member", ["member_id", "id"], unique=False)

    op.create_table(
        "trust_standings",
        sa.Column("member_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("level", sa.Integer(), nullable=False),
        sa.Column("since", UtcDateTime(), nullable=False),
        sa.Column("vouched_level", sa.Integer(), nullable=False),
        sa.Column("vouched_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.Column("counted_at", UtcDateTime(), nullable=True),
        sa.CheckConstraint("level BETWEEN 0 AND 3", name=op.f("ck_trust_standings_level_known")),
        sa.CheckConstraint(
            "vouched_level BETWEEN 0 AND 3", name=op.f("ck_trust_standings_vouched_level_known")
        ),
        sa.ForeignKeyConstraint(
            ["member_id"], ["members.id"], name=op.f("fk_trust_standings_member_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["vouched_by_id"],
            ["members.id"],
            name=op.f("fk_trust_standings_vouched_by_id"),
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("member_id", name=op.f("pk_trust_standings")),
    )
    with op.batch_alter_table("trust_standings", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_trust_standings_counted_at"), ["counted_at"], unique=False)

    op.create_table(
        "visit_days",
        sa.Column("member_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("on", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(
            ["member_id"], ["members.id"], name=op.f("fk_visit_days_member_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("member_id", "on", name=op.f("pk_visit_days")),
    )
    with op.batch_alter_table("visit_days", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_visit_days_on"), ["on"], unique=False)

    op.create_table(
        "blocked_words",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("panel_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("term", sa.String(length=80), nullable=False),
        sa.Column("folded", sa.String(length=400), nullable=False),
        sa.Column("effect", sa.String(length=30), nullable=False),
        sa.Column("made_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("made_at", UtcDateTime(), nullable=False),
        sa.CheckConstraint("effect IN ('hold', 'refuse')", name=op.f("ck_blocked_words_effect_known")),
        sa.ForeignKeyConstraint(
            ["made_by_id"], ["members.id"], name=op.f("fk_blocked_words_made_by_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["panel_id"], ["panels.id"], name=op.f("fk_blocked_words_panel_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_blocked_words")),
        sa.UniqueConstraint("panel_id", "folded", name=op.f("uq_blocked_words_panel_id_folded")),
    )
    with op.batch_alter_table("blocked_words", schema=None) as batch_op:
        batch_op.create_index(
            "uq_blocked_words_site",
            ["folded"],
            unique=True,
            sqlite_where=sa.text("panel_id IS NULL"),
            postgresql_where=sa.text("panel_id IS NULL"),
        )

    op.create_table(
        "flags",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("subject_type", sa.String(length=30), nullable=False),
        sa.Column("subject_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("panel_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("author_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("member_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("reason", sa.String(length=30), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("weight", sa.Float(precision=53), nullable=False),
        sa.Column("made_at", UtcDateTime(), nullable=False),
        sa.Column("outcome", sa.String(length=30), nullable=False),
        sa.Column("decided_at", UtcDateTime(), nullable=True),
        sa.CheckConstraint("outcome IN ('open', 'agreed', 'disagreed')", name=op.f("ck_flags_outcome_known")),
        sa.CheckConstraint(
            "reason IN ('spam', 'insult', 'personal_data', 'off_topic', 'illegal', 'other')",
            name=op.f("ck_flags_reason_known"),
        ),
        sa.CheckConstraint(
            "subject_type IN ('idea', 'comment', 'statement', 'member', 'votes')",
            name=op.f("ck_flags_subject_type_known"),
        ),
        sa.ForeignKeyConstraint(
            ["author_id"], ["members.id"], name=op.f("fk_flags_author_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["member_id"], ["members.id"], name=op.f("fk_flags_member_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["panel_id"], ["panels.id"], name=op.f("fk_flags_panel_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_flags")),
        sa.UniqueConstraint(
            "subject_type", "subject_id", "member_id", name=op.f("uq_flags_subject_type_subject_id_member_id")
        ),
    )
    with op.batch_alter_table("flags", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_flags_author_id"), ["author_id"], unique=False)
        batch_op.create_index("ix_flags_member", ["member_id", "outcome"], unique=False)
        batch_op.create_index(batch_op.f("ix_flags_panel_id"), ["panel_id"], unique=False)

    op.create_table(
        "notice_preferences",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("member_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("topic", sa.String(length=30), nullable=False),
        sa.Column("panel_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("pace", sa.String(length=30), nullable=False),
        sa.Column("changed_at", UtcDateTime(), nullable=False),
        sa.CheckConstraint(
            "pace IN ('at_once', 'daily', 'weekly', 'never')", name=op.f("ck_notice_preferences_pace_known")
        ),
        sa.ForeignKeyConstraint(
            ["member_id"], ["members.id"], name=op.f("fk_notice_preferences_member_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["panel_id"], ["panels.id"], name=op.f("fk_notice_preferences_panel_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notice_preferences")),
        sa.UniqueConstraint(
            "member_id", "topic", "panel_id", name=op.f("uq_notice_preferences_member_id_topic_panel_id")
        ),
    )
    with op.batch_alter_table("notice_preferences", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_notice_preferences_panel_id"), ["panel_id"], unique=False)
        batch_op.create_index(
            "uq_notice_preferences_general",
            ["member_id", "topic"],
            unique=True,
            sqlite_where=sa.text("panel_id IS NULL"),
            postgresql_where=sa.text("panel_id IS NULL"),
        )

    op.create_table(
        "queue_items",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("kind", sa.String(length=30), nullable=False),
        sa.Column("subject_type", sa.String(length=30), nullable=False),
        sa.Column("subject_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("panel_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("author_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("title", sa.String(length=120), nullable=False),
        sa.Column("excerpt", sa.String(length=300), nullable=False),
        sa.Column("path", sa.String(length=200), nullable=False),
        sa.Column("reasons", sa.JSON(), nullable=False),
        sa.Column("data", sa.JSON(), nullable=False),
        sa.Column("state", sa.String(length=30), nullable=False),
        sa.Column("opened_at", UtcDateTime(), nullable=False),
        sa.Column("due_at", UtcDateTime(), nullable=False),
        sa.Column("claimed_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("claimed_until", UtcDateTime(), nullable=True),
        sa.Column("closed_at", UtcDateTime(), nullable=True),
        sa.CheckConstraint(
            "kind IN ('held', 'edit', 'flagged', 'appealed', 'votes')", name=op.f("ck_queue_items_kind_known")
        ),
        sa.CheckConstraint("state IN ('open', 'asked', 'closed')", name=op.f("ck_queue_items_state_known")),
        sa.CheckConstraint(
            "subject_type IN ('idea', 'comment', 'statement', 'member', 'votes')",
            name=op.f("ck_queue_items_subject_type_known"),
        ),
        sa.ForeignKeyConstraint(
            ["author_id"], ["members.id"], name=op.f("fk_queue_items_author_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["claimed_by_id"], ["members.id"], name=op.f("fk_queue_items_claimed_by_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["panel_id"], ["panels.id"], name=op.f("fk_queue_items_panel_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_queue_items")),
    )
    with op.batch_alter_table("queue_items", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_queue_items_author_id"), ["author_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_queue_items_claimed_by_id"), ["claimed_by_id"], unique=False)
        batch_op.create_index(
            "ix_queue_items_due",
            ["due_at", "id"],
            unique=False,
            sqlite_where=sa.text("state <> 'closed'"),
            postgresql_where=sa.text("state <> 'closed'"),
        )
        batch_op.create_index(batch_op.f("ix_queue_items_panel_id"), ["panel_id"], unique=False)
        batch_op.create_index("ix_queue_items_subject", ["subject_type", "subject_id"], unique=False)
        batch_op.create_index(
            "uq_queue_items_standing",
            ["subject_type", "subject_id", "kind"],
            unique=True,
            sqlite_where=sa.text("state <> 'closed'"),
            postgresql_where=sa.text("state <> 'closed'"),
        )

    op.create_table(
        "retention_rules",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("panel_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("what", sa.String(length=30), nullable=False),
        sa.Column("months", sa.Integer(), nullable=False),
        sa.Column("changed_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("changed_at", UtcDateTime(), nullable=False),
        sa.CheckConstraint(
            "what IN ('removed_texts', 'imported_texts', 'survey_answers', 'case_talk', 'notices', 'sign_ins')",  # noqa: E501
            name=op.f("ck_retention_rules_what_known"),
        ),
        sa.CheckConstraint("months >= 1", name=op.f("ck_retention_rules_months_natural")),
        sa.ForeignKeyConstraint(
            ["changed_by_id"],
            ["members.id"],
            name=op.f("fk_retention_rules_changed_by_id"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["panel_id"], ["panels.id"], name=op.f("fk_retention_rules_panel_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_retention_rules")),
        sa.UniqueConstraint("panel_id", "what", name=op.f("uq_retention_rules_panel_id_what")),
    )
    with op.batch_alter_table("retention_rules", schema=None) as batch_op:
        batch_op.create_index(
            "uq_retention_rules_site",
            ["what"],
            unique=True,
            sqlite_where=sa.text("panel_id IS NULL"),
            postgresql_where=sa.text("panel_id IS NULL"),
        )

    op.create_table(
        "screening_rules",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("panel_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("settings", sa.JSON(), nullable=False),
        sa.Column("changed_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("changed_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["changed_by_id"],
            ["members.id"],
            name=op.f("fk_screening_rules_changed_by_id"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["panel_id"], ["panels.id"], name=op.f("fk_screening_rules_panel_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_screening_rules")),
        sa.UniqueConstraint("panel_id", name=op.f("uq_screening_rules_panel_id")),
    )
    op.create_table(
        "digest_opinions",
        sa.Column("member_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("idea_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("opinion", sa.String(length=30), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.CheckConstraint("opinion IN ('more', 'less')", name=op.f("ck_digest_opinions_opinion_known")),
        sa.ForeignKeyConstraint(
            ["idea_id"], ["ideas.id"], name=op.f("fk_digest_opinions_idea_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["member_id"], ["members.id"], name=op.f("fk_digest_opinions_member_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("member_id", "idea_id", name=op.f("pk_digest_opinions")),
    )
    with op.batch_alter_table("digest_opinions", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_digest_opinions_idea_id"), ["idea_id"], unique=False)

    op.create_table(
        "idea_neighbours",
        sa.Column("idea_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("other_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("strength", sa.Float(precision=53), nullable=False),
        sa.ForeignKeyConstraint(
            ["idea_id"], ["ideas.id"], name=op.f("fk_idea_neighbours_idea_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["other_id"], ["ideas.id"], name=op.f("fk_idea_neighbours_other_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("idea_id", "other_id", name=op.f("pk_idea_neighbours")),
    )
    with op.batch_alter_table("idea_neighbours", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_idea_neighbours_other_id"), ["other_id"], unique=False)

    op.create_table(
        "moderation_decisions",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("item_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("subject_type", sa.String(length=30), nullable=False),
        sa.Column("subject_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("panel_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("author_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("moderator_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("verb", sa.String(length=30), nullable=False),
        sa.Column("reason", sa.String(length=30), nullable=True),
        sa.Column("message", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("before", sa.JSON(), nullable=False),
        sa.Column("after", sa.JSON(), nullable=False),
        sa.Column("opened_at", UtcDateTime(), nullable=True),
        sa.Column("decided_at", UtcDateTime(), nullable=False),
        sa.Column("undone_at", UtcDateTime(), nullable=True),
        sa.Column("undone_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("undone_as", sa.String(length=30), nullable=True),
        sa.CheckConstraint(
            "subject_type IN ('idea', 'comment', 'statement', 'member', 'votes')",
            name=op.f("ck_moderation_decisions_subject_type_known"),
        ),
        sa.CheckConstraint(
            "undone_as IN ('mistake', 'appeal')", name=op.f("ck_moderation_decisions_undone_as_known")
        ),
        sa.CheckConstraint(
            "verb IN ('approve', 'trust', 'edit', 'hide', 'restore', 'keep_private', 'merge', 'move', 'lock', 'unlock', 'warn', 'pause', 'suspend', 'exclude_votes', 'count_votes')",  # noqa: E501
            name=op.f("ck_moderation_decisions_verb_known"),
        ),
        sa.ForeignKeyConstraint(
            ["author_id"], ["members.id"], name=op.f("fk_moderation_decisions_author_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["item_id"], ["queue_items.id"], name=op.f("fk_moderation_decisions_item_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["moderator_id"],
            ["members.id"],
            name=op.f("fk_moderation_decisions_moderator_id"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["panel_id"], ["panels.id"], name=op.f("fk_moderation_decisions_panel_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["undone_by_id"],
            ["members.id"],
            name=op.f("fk_moderation_decisions_undone_by_id"),
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_moderation_decisions")),
    )
    with op.batch_alter_table("moderation_decisions", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_moderation_decisions_author_id"), ["author_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_moderation_decisions_item_id"), ["item_id"], unique=False)
        batch_op.create_index("ix_moderation_decisions_log", ["panel_id", "id"], unique=False)
        batch_op.create_index(
            "ix_moderation_decisions_moderator", ["moderator_id", "decided_at"], unique=False
        )
        batch_op.create_index("ix_moderation_decisions_subject", ["subject_type", "subject_id"], unique=False)

    op.create_table(
        "moderation_messages",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("item_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("writer_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("is_from_staff", sa.Boolean(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("written_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["item_id"], ["queue_items.id"], name=op.f("fk_moderation_messages_item_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["writer_id"], ["members.id"], name=op.f("fk_moderation_messages_writer_id"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_moderation_messages")),
    )
    with op.batch_alter_table("moderation_messages", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_moderation_messages_item_id"), ["item_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_moderation_messages_writer_id"), ["writer_id"], unique=False)

    op.create_table(
        "vote_alarms",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("idea_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("signs", sa.JSON(), nullable=False),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.Column("member_ids", sa.JSON(), nullable=False),
        sa.Column("found_at", UtcDateTime(), nullable=False),
        sa.Column("state", sa.String(length=30), nullable=False),
        sa.Column("decided_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("decided_at", UtcDateTime(), nullable=True),
        sa.CheckConstraint(
            "state IN ('waiting', 'excluded', 'counted')", name=op.f("ck_vote_alarms_state_known")
        ),
        sa.ForeignKeyConstraint(
            ["decided_by_id"], ["members.id"], name=op.f("fk_vote_alarms_decided_by_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["idea_id"], ["ideas.id"], name=op.f("fk_vote_alarms_idea_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_vote_alarms")),
    )
    with op.batch_alter_table("vote_alarms", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_vote_alarms_idea_id"), ["idea_id"], unique=False)

    op.create_table(
        "vote_origins",
        sa.Column("idea_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("member_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("origin", sa.String(length=64), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["idea_id"], ["ideas.id"], name=op.f("fk_vote_origins_idea_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["member_id"], ["members.id"], name=op.f("fk_vote_origins_member_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("idea_id", "member_id", name=op.f("pk_vote_origins")),
    )
    with op.batch_alter_table("vote_origins", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_vote_origins_at"), ["at"], unique=False)
        batch_op.create_index(batch_op.f("ix_vote_origins_member_id"), ["member_id"], unique=False)
        batch_op.create_index("ix_vote_origins_origin", ["idea_id", "origin"], unique=False)

    op.create_table(
        "appeals",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("decision_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("member_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("against_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("made_at", UtcDateTime(), nullable=False),
        sa.Column("state", sa.String(length=30), nullable=False),
        sa.Column("decided_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("decided_at", UtcDateTime(), nullable=True),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "state IN ('waiting', 'upheld', 'overturned')", name=op.f("ck_appeals_state_known")
        ),
        sa.CheckConstraint(
            "decided_by_id IS NULL OR against_id IS NULL OR decided_by_id <> against_id",
            name=op.f("ck_appeals_other_person"),
        ),
        sa.ForeignKeyConstraint(
            ["against_id"], ["members.id"], name=op.f("fk_appeals_against_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["decided_by_id"], ["members.id"], name=op.f("fk_appeals_decided_by_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["decision_id"],
            ["moderation_decisions.id"],
            name=op.f("fk_appeals_decision_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["member_id"], ["members.id"], name=op.f("fk_appeals_member_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_appeals")),
        sa.UniqueConstraint("decision_id", name=op.f("uq_appeals_decision_id")),
    )
    with op.batch_alter_table("appeals", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_appeals_member_id"), ["member_id"], unique=False)

    op.create_table(
        "sanctions",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("member_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("kind", sa.String(length=30), nullable=False),
        sa.Column("panel_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("decision_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("given_at", UtcDateTime(), nullable=False),
        sa.Column("until", UtcDateTime(), nullable=True),
        sa.Column("ended_at", UtcDateTime(), nullable=True),
        sa.Column("ended_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.CheckConstraint(
            "kind IN ('warning', 'pause', 'suspension')", name=op.f("ck_sanctions_kind_known")
        ),
        sa.ForeignKeyConstraint(
            ["decision_id"],
            ["moderation_decisions.id"],
            name=op.f("fk_sanctions_decision_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["ended_by_id"], ["members.id"], name=op.f("fk_sanctions_ended_by_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["member_id"], ["members.id"], name=op.f("fk_sanctions_member_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["panel_id"], ["panels.id"], name=op.f("fk_sanctions_panel_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sanctions")),
    )
    with op.batch_alter_table("sanctions", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_sanctions_decision_id"), ["decision_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_sanctions_member_id"), ["member_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_sanctions_panel_id"), ["panel_id"], unique=False)

    op.execute(
        "INSERT INTO notice_preferences (member_id, topic, pace, changed_at) "
        "SELECT member_id, 'surveys', 'never', refused_at FROM survey_mail_refusals"
    )
    op.drop_table("survey_mail_refusals")
    with op.batch_alter_table("activities", recreate="never") as batch_op:
        batch_op.create_index("ix_activities_kind", ["kind", "id"], unique=False)

    with op.batch_alter_table("ideas", recreate="never") as batch_op:
        batch_op.add_column(
            sa.Column("excluded_count", sa.Integer(), server_default=sa.text("0"), nullable=False)
        )
        batch_op.add_column(sa.Column("is_locked", sa.Boolean(), server_default=sa.false(), nullable=False))

    with op.batch_alter_table("members", recreate="never") as batch_op:
        batch_op.add_column(sa.Column("alias", sa.String(length=50), nullable=True))
        batch_op.add_column(sa.Column("quiet_from", sa.SmallInteger(), nullable=True))
        batch_op.add_column(sa.Column("quiet_until", sa.SmallInteger(), nullable=True))
        batch_op.add_column(sa.Column("mail_stopped_at", UtcDateTime(), nullable=True))
        batch_op.add_column(
            sa.Column("mail_stop_reason", sa.String(length=300), server_default=sa.text("''"), nullable=False)
        )
        batch_op.add_column(sa.Column("notices_mailed_at", UtcDateTime(), nullable=True))
        batch_op.add_column(sa.Column("paused_until", UtcDateTime(), nullable=True))
        batch_op.create_index(batch_op.f("ix_members_alias"), ["alias"], unique=True)

    with op.batch_alter_table("memberships", recreate="never") as batch_op:
        batch_op.add_column(sa.Column("paused_until", UtcDateTime(), nullable=True))

    with op.batch_alter_table("notices", recreate="never") as batch_op:
        batch_op.add_column(
            sa.Column("why", sa.String(length=30), server_default=sa.text("''"), nullable=False)
        )
        batch_op.add_column(
            sa.Column("mail_state", sa.String(length=30), server_default=sa.text("'none'"), nullable=False)
        )
        batch_op.add_column(sa.Column("mail_due_at", UtcDateTime(), nullable=True))
        batch_op.create_index(
            "ix_notices_mail_owed",
            ["mail_due_at", "member_id"],
            unique=False,
            sqlite_where=sa.text("mail_state = 'owed'"),
            postgresql_where=sa.text("mail_state = 'owed'"),
        )
        batch_op.create_index(
            "ix_notices_mail_owed_to",
            ["member_id", "id"],
            unique=False,
            sqlite_where=sa.text("mail_state = 'owed'"),
            postgresql_where=sa.text("mail_state = 'owed'"),
        )

    with op.batch_alter_table("outgoing_mails", recreate="never") as batch_op:
        batch_op.add_column(sa.Column("html", sa.Text(), server_default=sa.text("''"), nullable=False))
        batch_op.create_index(
            "ix_outgoing_mails_waiting_to",
            ["to_address", "id"],
            unique=False,
            sqlite_where=sa.text("state = 'waiting'"),
            postgresql_where=sa.text("state = 'waiting'"),
        )

    with op.batch_alter_table("panels", recreate="never") as batch_op:
        batch_op.add_column(
            sa.Column("names_shown", sa.String(length=30), server_default=sa.text("'full'"), nullable=False)
        )

    with op.batch_alter_table("votes", recreate="never") as batch_op:
        batch_op.add_column(sa.Column("is_counted", sa.Boolean(), server_default=sa.true(), nullable=False))

    screening_rules = sa.table(
        "screening_rules", sa.column("settings", sa.JSON()), sa.column("changed_at", UtcDateTime())
    )
    op.bulk_insert(screening_rules, [{"settings": {}, "changed_at": datetime.now(UTC)}])
    for statement in GUARDS[op.get_bind().dialect.name]:
        op.execute(sa.DDL(statement.replace("%", "%%")))


def downgrade() -> None:
    for statement in GUARD_OF_ACTIVITIES_GONE[op.get_bind().dialect.name]:
        op.execute(sa.DDL(statement))
    """Go back."""
    with op.batch_alter_table("votes", recreate="never") as batch_op:
        batch_op.drop_column("is_counted")

    with op.batch_alter_table("panels", recreate="never") as batch_op:
        batch_op.drop_column("names_shown")

    with op.batch_alter_table("outgoing_mails", recreate="never") as batch_op:
        batch_op.drop_index(
            "ix_outgoing_mails_waiting_to",
            sqlite_where=sa.text("state = 'waiting'"),
            postgresql_where=sa.text("state = 'waiting'"),
        )
        batch_op.drop_column("html")

    with op.batch_alter_table("notices", recreate="never") as batch_op:
        batch_op.drop_index(
            "ix_notices_mail_owed_to",
            sqlite_where=sa.text("mail_state = 'owed'"),
            postgresql_where=sa.text("mail_state = 'owed'"),
        )
        batch_op.drop_index(
            "ix_notices_mail_owed",
            sqlite_where=sa.text("mail_state = 'owed'"),
            postgresql_where=sa.text("mail_state = 'owed'"),
        )
        batch_op.drop_column("mail_due_at")
        batch_op.drop_column("mail_state")
        batch_op.drop_column("why")

    with op.batch_alter_table("memberships", recreate="never") as batch_op:
        batch_op.drop_column("paused_until")

    with op.batch_alter_table("members", recreate="never") as batch_op:
        batch_op.drop_index(batch_op.f("ix_members_alias"))
        batch_op.drop_column("paused_until")
        batch_op.drop_column("notices_mailed_at")
        batch_op.drop_column("mail_stop_reason")
        batch_op.drop_column("mail_stopped_at")
        batch_op.drop_column("quiet_until")
        batch_op.drop_column("quiet_from")
        batch_op.drop_column("alias")

    with op.batch_alter_table("ideas", recreate="never") as batch_op:
        batch_op.drop_column("is_locked")
        batch_op.drop_column("excluded_count")

    with op.batch_alter_table("activities", recreate="never") as batch_op:
        batch_op.drop_index("ix_activities_kind")

    op.create_table(
        "survey_mail_refusals",
        sa.Column("member_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("refused_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["member_id"], ["members.id"], name=op.f("fk_survey_mail_refusals_member_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("member_id", name=op.f("pk_survey_mail_refusals")),
    )
    op.execute(
        "INSERT INTO survey_mail_refusals (member_id, refused_at) SELECT member_id, changed_at "
        "FROM notice_preferences WHERE topic = 'surveys' AND pace = 'never' AND panel_id IS NULL"
    )
    with op.batch_alter_table("sanctions", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_sanctions_panel_id"))
        batch_op.drop_index(batch_op.f("ix_sanctions_member_id"))
        batch_op.drop_index(batch_op.f("ix_sanctions_decision_id"))

    op.drop_table("sanctions")
    with op.batch_alter_table("appeals", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_appeals_member_id"))

    op.drop_table("appeals")
    with op.batch_alter_table("vote_origins", schema=None) as batch_op:
        batch_op.drop_index("ix_vote_origins_origin")
        batch_op.drop_index(batch_op.f("ix_vote_origins_member_id"))
        batch_op.drop_index(batch_op.f("ix_vote_origins_at"))

    op.drop_table("vote_origins")
    with op.batch_alter_table("vote_alarms", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_vote_alarms_idea_id"))

    op.drop_table("vote_alarms")
    with op.batch_alter_table("moderation_messages", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_moderation_messages_writer_id"))
        batch_op.drop_index(batch_op.f("ix_moderation_messages_item_id"))

    op.drop_table("moderation_messages")
    with op.batch_alter_table("moderation_decisions", schema=None) as batch_op:
        batch_op.drop_index("ix_moderation_decisions_subject")
        batch_op.drop_index("ix_moderation_decisions_moderator")
        batch_op.drop_index("ix_moderation_decisions_log")
        batch_op.drop_index(batch_op.f("ix_moderation_decisions_item_id"))
        batch_op.drop_index(batch_op.f("ix_moderation_decisions_author_id"))

    op.drop_table("moderation_decisions")
    with op.batch_alter_table("idea_neighbours", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_idea_neighbours_other_id"))

    op.drop_table("idea_neighbours")
    with op.batch_alter_table("digest_opinions", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_digest_opinions_idea_id"))

    op.drop_table("digest_opinions")
    op.drop_table("screening_rules")
    with op.batch_alter_table("retention_rules", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_retention_rules_site",
            sqlite_where=sa.text("panel_id IS NULL"),
            postgresql_where=sa.text("panel_id IS NULL"),
        )

    op.drop_table("retention_rules")
    with op.batch_alter_table("queue_items", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_queue_items_standing",
            sqlite_where=sa.text("state <> 'closed'"),
            postgresql_where=sa.text("state <> 'closed'"),
        )
        batch_op.drop_index("ix_queue_items_subject")
        batch_op.drop_index(batch_op.f("ix_queue_items_panel_id"))
        batch_op.drop_index(
            "ix_queue_items_due",
            sqlite_where=sa.text("state <> 'closed'"),
            postgresql_where=sa.text("state <> 'closed'"),
        )
        batch_op.drop_index(batch_op.f("ix_queue_items_claimed_by_id"))
        batch_op.drop_index(batch_op.f("ix_queue_items_author_id"))

    op.drop_table("queue_items")
    with op.batch_alter_table("notice_preferences", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_notice_preferences_general",
            sqlite_where=sa.text("panel_id IS NULL"),
            postgresql_where=sa.text("panel_id IS NULL"),
        )
        batch_op.drop_index(batch_op.f("ix_notice_preferences_panel_id"))

    op.drop_table("notice_preferences")
    with op.batch_alter_table("flags", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_flags_panel_id"))
        batch_op.drop_index("ix_flags_member")
        batch_op.drop_index(batch_op.f("ix_flags_author_id"))

    op.drop_table("flags")
    with op.batch_alter_table("blocked_words", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_blocked_words_site",
            sqlite_where=sa.text("panel_id IS NULL"),
            postgresql_where=sa.text("panel_id IS NULL"),
        )

    op.drop_table("blocked_words")
    with op.batch_alter_table("visit_days", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_visit_days_on"))

    op.drop_table("visit_days")
    with op.batch_alter_table("trust_standings", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_trust_standings_counted_at"))

    op.drop_table("trust_standings")
    with op.batch_alter_table("trust_changes", schema=None) as batch_op:
        batch_op.drop_index("ix_trust_changes_member")

    op.drop_table("trust_changes")
    op.drop_table("learned_facts")
    with op.batch_alter_table("erasures", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_erasures_waiting",
            sqlite_where=sa.text("state = 'waiting'"),
            postgresql_where=sa.text("state = 'waiting'"),
        )
        batch_op.drop_index(batch_op.f("ix_erasures_member_id"))

    op.drop_table("erasures")
    with op.batch_alter_table("digests", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_digests_week_on"))

    op.drop_table("digests")
    with op.batch_alter_table("data_files", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_data_files_member_id"))

    op.drop_table("data_files")
    with op.batch_alter_table("consents", schema=None) as batch_op:
        batch_op.drop_index("ix_consents_member")

    op.drop_table("consents")
    for statement in GUARDS_GONE[op.get_bind().dialect.name]:
        op.execute(sa.DDL(statement))
