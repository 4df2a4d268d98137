"""The first floor: members, panels, ideas, what happened and what is owed."""

import sqlalchemy as sa
from alembic import op

from community.infra.db import UtcDateTime

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


SEARCH_AND_HISTORY = {
    "sqlite": (
        "CREATE VIRTUAL TABLE ideas_search USING fts5(search_terms, content='ideas', content_rowid='id', tokenize='ascii')",  # noqa: E501
        "CREATE TRIGGER ideas_search_insert AFTER INSERT ON ideas BEGIN INSERT INTO ideas_search (rowid, search_terms) VALUES (new.id, new.search_terms); END",  # noqa: E501
        "CREATE TRIGGER ideas_search_delete AFTER DELETE ON ideas BEGIN INSERT INTO ideas_search (ideas_search, rowid, search_terms) VALUES ('delete', old.id, old.search_terms); END",  # noqa: E501
        "CREATE TRIGGER ideas_search_update AFTER UPDATE OF search_terms ON ideas WHEN old.search_terms IS NOT new.search_terms BEGIN INSERT INTO ideas_search (ideas_search, rowid, search_terms) VALUES ('delete', old.id, old.search_terms); INSERT INTO ideas_search (rowid, search_terms) VALUES (new.id, new.search_terms); END",  # noqa: E501
        "INSERT INTO ideas_search (ideas_search) VALUES ('rebuild')",
        "CREATE TRIGGER vote_events_no_update BEFORE update ON vote_events BEGIN SELECT RAISE(ABORT, 'vote_events is append-only'); END",  # noqa: E501
        "CREATE TRIGGER vote_events_no_delete BEFORE delete ON vote_events BEGIN SELECT RAISE(ABORT, 'vote_events is append-only'); END",  # noqa: E501
    ),
    "postgresql": (
        "CREATE INDEX ix_ideas_search_terms ON ideas USING gin (array_to_tsvector(array_remove(string_to_array(search_terms, ' '), '')))",  # noqa: E501
        "CREATE FUNCTION vote_events_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'vote_events is append-only'; END $$",  # noqa: E501
        "CREATE TRIGGER vote_events_no_change BEFORE UPDATE OR DELETE ON vote_events FOR EACH ROW EXECUTE FUNCTION vote_events_is_append_only()",  # noqa: E501
    ),
}
SEARCH_GONE = {
    "sqlite": (
        "DROP TRIGGER IF EXISTS ideas_search_insert",
        "DROP TRIGGER IF EXISTS ideas_search_delete",
        "DROP TRIGGER IF EXISTS ideas_search_update",
        "DROP TABLE IF EXISTS ideas_search",
    ),
    "postgresql": (
        "DROP INDEX IF EXISTS ix_ideas_search_terms",
    ),
}
HISTORY_GONE = {
    "sqlite": (),
    "postgresql": (
        "DROP FUNCTION IF EXISTS vote_events_is_append_only()",
    ),
}


def upgrade() -> None:
    """Go to this release."""
    op.create_table(
        "attempts",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("action", sa.String(length=30), nullable=False),
        sa.Column("subject", sa.String(length=64), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attempts")),
    )
    with op.batch_alter_table("attempts", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_attempts_at"), ["at"], unique=False)
        batch_op.create_index("ix_attempts_subject", ["action", "subject", "at"], unique=False)

    op.create_table(
        "members",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("display_name", sa.String(length=50), nullable=False),
        sa.Column("name_folded", sa.String(length=300), server_default=sa.text("('')"), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=True),
        sa.Column("email_folded", sa.String(length=254), nullable=True),
        sa.Column("claimed_email", sa.String(length=254), nullable=True),
        sa.Column("claimed_email_folded", sa.String(length=254), nullable=True),
        sa.Column("password_hash", sa.String(length=200), nullable=False),
        sa.Column("locale", sa.String(length=10), nullable=False),
        sa.Column("time_zone", sa.String(length=60), nullable=False),
        sa.Column("picture_key", sa.String(length=32), nullable=True),
        sa.Column("picture_extension", sa.String(length=5), nullable=True),
        sa.Column("state", sa.String(length=30), nullable=False),
        sa.Column("unread_count", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("joined_at", UtcDateTime(), nullable=False),
        sa.Column("last_active_at", UtcDateTime(), nullable=False),
        sa.CheckConstraint("locale IN ('en', 'zh_Hans', 'zh_Hant')", name=op.f("ck_members_locale_known")),
        sa.CheckConstraint("state IN ('active', 'suspended', 'erased')", name=op.f("ck_members_state_known")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_members")),
        sa.UniqueConstraint("email_folded", name=op.f("uq_members_email_folded")),
    )
    with op.batch_alter_table("members", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_members_claimed_email_folded"), ["claimed_email_folded"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_members_joined_at"), ["joined_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_members_last_active_at"), ["last_active_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_members_name_folded"), ["name_folded"], unique=False)

    op.create_table(
        "outgoing_mails",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("message_id", sa.String(length=200), nullable=False),
        sa.Column("to_address", sa.String(length=254), nullable=False),
        sa.Column("to_name", sa.String(length=100), nullable=False),
        sa.Column("locale", sa.String(length=10), nullable=False),
        sa.Column("subject", sa.String(length=300), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=30), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("error", sa.Text(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("due_at", UtcDateTime(), nullable=False),
        sa.Column("sent_at", UtcDateTime(), nullable=True),
        sa.CheckConstraint(
            "state IN ('waiting', 'sent', 'failed')", name=op.f("ck_outgoing_mails_state_known")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outgoing_mails")),
        sa.UniqueConstraint("message_id", name=op.f("uq_outgoing_mails_message_id")),
    )
    with op.batch_alter_table("outgoing_mails", schema=None) as batch_op:
        batch_op.create_index(
            "ix_outgoing_mails_waiting",
            ["due_at"],
            unique=False,
            sqlite_where=sa.text("state = 'waiting'"),
            postgresql_where=sa.text("state = 'waiting'"),
        )

    op.create_table(
        "profile_attributes",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("key", sa.String(length=40), nullable=False),
        sa.Column("kind", sa.String(length=30), nullable=False),
        sa.Column("label", sa.JSON(), nullable=False),
        sa.Column("why", sa.JSON(), nullable=False),
        sa.Column("options", sa.JSON(), nullable=False),
        sa.Column("visible_to", sa.String(length=30), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("is_asked", sa.Boolean(), nullable=False),
        sa.CheckConstraint(
            "kind IN ('single_choice', 'several_choices', 'number', 'date', 'text')",
            name=op.f("ck_profile_attributes_kind_known"),
        ),
        sa.CheckConstraint(
            "visible_to IN ('self', 'staff', 'members')", name=op.f("ck_profile_attributes_visible_to_known")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_profile_attributes")),
        sa.UniqueConstraint("key", name=op.f("uq_profile_attributes_key")),
    )
    op.create_table(
        "scheduled_jobs",
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("next_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_scheduled_jobs")),
    )
    op.create_table(
        "segments",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("rule", sa.JSON(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("updated_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_segments")),
        sa.UniqueConstraint("name", name=op.f("uq_segments_name")),
    )
    op.create_table(
        "attribute_answers",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("member_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("attribute_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("option", sa.String(length=40), nullable=True),
        sa.Column("number", sa.Numeric(precision=16, scale=4, asdecimal=False), nullable=True),
        sa.Column("on", sa.Date(), nullable=True),
        sa.Column("text", sa.Text(), nullable=True),
        sa.Column("answered_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["attribute_id"],
            ["profile_attributes.id"],
            name=op.f("fk_attribute_answers_attribute_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["member_id"], ["members.id"], name=op.f("fk_attribute_answers_member_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attribute_answers")),
        sa.UniqueConstraint(
            "member_id",
            "attribute_id",
            "option",
            name=op.f("uq_attribute_answers_member_id_attribute_id_option"),
        ),
    )
    with op.batch_alter_table("attribute_answers", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_attribute_answers_member_id"), ["member_id"], unique=False)
        batch_op.create_index("ix_attribute_answers_option", ["attribute_id", "option"], unique=False)

    op.create_table(
        "member_sessions",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("member_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("user_agent", sa.String(length=200), nullable=False),
        sa.Column("address", sa.String(length=45), nullable=False),
        sa.Column("is_remembered", sa.Boolean(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("last_seen_at", UtcDateTime(), nullable=False),
        sa.Column("ended_at", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["member_id"], ["members.id"], name=op.f("fk_member_sessions_member_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_member_sessions")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_member_sessions_token_hash")),
    )
    with op.batch_alter_table("member_sessions", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_member_sessions_member_id"), ["member_id"], unique=False)

    op.create_table(
        "panels",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("slug", sa.String(length=60), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("translations", sa.JSON(), nullable=False),
        sa.Column("visibility", sa.String(length=30), nullable=False),
        sa.Column("admission", sa.String(length=30), nullable=False),
        sa.Column("segment_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("member_count", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("idea_count", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("archived_at", UtcDateTime(), nullable=True),
        sa.CheckConstraint(
            "admission IN ('anyone', 'request', 'invitation', 'segment')",
            name=op.f("ck_panels_admission_known"),
        ),
        sa.CheckConstraint(
            "visibility IN ('open', 'members', 'private')", name=op.f("ck_panels_visibility_known")
        ),
        sa.CheckConstraint("member_count >= 0", name=op.f("ck_panels_member_count_natural")),
        sa.ForeignKeyConstraint(
            ["segment_id"], ["segments.id"], name=op.f("fk_panels_segment_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_panels")),
        sa.UniqueConstraint("slug", name=op.f("uq_panels_slug")),
    )
    with op.batch_alter_table("panels", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_panels_segment_id"), ["segment_id"], unique=False)

    op.create_table(
        "tokens",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("member_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("purpose", sa.String(length=30), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("expires_at", UtcDateTime(), nullable=False),
        sa.Column("used_at", UtcDateTime(), nullable=True),
        sa.CheckConstraint(
            "purpose IN ('verify_email', 'change_email', 'reset_password')",
            name=op.f("ck_tokens_purpose_known"),
        ),
        sa.ForeignKeyConstraint(
            ["member_id"], ["members.id"], name=op.f("fk_tokens_member_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tokens")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_tokens_token_hash")),
    )
    with op.batch_alter_table("tokens", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_tokens_member_id"), ["member_id"], unique=False)

    op.create_table(
        "activities",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("kind", sa.String(length=60), nullable=False),
        sa.Column("actor_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("subject_type", sa.String(length=40), nullable=False),
        sa.Column("subject_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("panel_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("data", sa.JSON(), nullable=False),
        sa.Column("occurred_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["actor_id"], ["members.id"], name=op.f("fk_activities_actor_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["panel_id"], ["panels.id"], name=op.f("fk_activities_panel_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_activities")),
    )
    with op.batch_alter_table("activities", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_activities_actor_id"), ["actor_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_activities_occurred_at"), ["occurred_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_activities_panel_id"), ["panel_id"], unique=False)
        batch_op.create_index("ix_activities_subject", ["subject_type", "subject_id"], unique=False)

    op.create_table(
        "idea_drafts",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("panel_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("title", sa.String(length=120), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("tags", sa.String(length=200), nullable=False),
        sa.Column("expires_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["panel_id"], ["panels.id"], name=op.f("fk_idea_drafts_panel_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_idea_drafts")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_idea_drafts_token_hash")),
    )
    with op.batch_alter_table("idea_drafts", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_idea_drafts_expires_at"), ["expires_at"], unique=False)

    op.create_table(
        "ideas",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("panel_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("author_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("title", sa.String(length=120), nullable=False),
        sa.Column("slug", sa.String(length=80), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("body_html", sa.Text(), nullable=False),
        sa.Column("excerpt", sa.String(length=300), nullable=False),
        sa.Column("search_terms", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=30), nullable=False),
        sa.Column("is_listed", sa.Boolean(), nullable=False),
        sa.Column("published_at", UtcDateTime(), nullable=False),
        sa.Column("updated_at", UtcDateTime(), nullable=False),
        sa.Column("edited_at", UtcDateTime(), nullable=True),
        sa.Column("edit_count", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("status", sa.String(length=30), nullable=False),
        sa.Column("status_changed_at", UtcDateTime(), nullable=False),
        sa.Column("promised_on", sa.Date(), nullable=True),
        sa.Column("look_again_on", sa.Date(), nullable=True),
        sa.Column("answered_at", UtcDateTime(), nullable=True),
        sa.Column("response_comment_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("response_excerpt", sa.String(length=300), nullable=False),
        sa.Column("response_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("support_count", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("comment_count", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("follower_count", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("seen_count", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("trend", sa.Float(precision=53), server_default=sa.text("0"), nullable=False),
        sa.Column("merged_into_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("root_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.CheckConstraint(
            "state IN ('published', 'waiting', 'hidden', 'deleted')", name=op.f("ck_ideas_state_known")
        ),
        sa.CheckConstraint(
            "status IN ('submitted', 'under_review', 'planned', 'in_progress', 'delivered', 'declined')",
            name=op.f("ck_ideas_status_known"),
        ),
        sa.CheckConstraint("comment_count >= 0", name=op.f("ck_ideas_comment_count_natural")),
        sa.CheckConstraint("support_count >= 0", name=op.f("ck_ideas_support_count_natural")),
        sa.ForeignKeyConstraint(
            ["author_id"], ["members.id"], name=op.f("fk_ideas_author_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["merged_into_id"], ["ideas.id"], name=op.f("fk_ideas_merged_into_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["panel_id"], ["panels.id"], name=op.f("fk_ideas_panel_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["response_by_id"], ["members.id"], name=op.f("fk_ideas_response_by_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["root_id"], ["ideas.id"], name=op.f("fk_ideas_root_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ideas")),
    )
    with op.batch_alter_table("ideas", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_ideas_author_id"), ["author_id"], unique=False)
        batch_op.create_index(
            "ix_ideas_board_new", ["panel_id", "is_listed", "published_at", "id"], unique=False
        )
        batch_op.create_index(
            "ix_ideas_board_top", ["panel_id", "is_listed", "support_count", "id"], unique=False
        )
        batch_op.create_index("ix_ideas_board_trend", ["panel_id", "is_listed", "trend", "id"], unique=False)
        batch_op.create_index(
            "ix_ideas_board_unseen", ["panel_id", "is_listed", "seen_count", "id"], unique=False
        )
        batch_op.create_index(
            "ix_ideas_board_updated", ["panel_id", "is_listed", "updated_at", "id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_ideas_merged_into_id"), ["merged_into_id"], unique=False)
        batch_op.create_index("ix_ideas_roadmap", ["is_listed", "status", "status_changed_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_ideas_root_id"), ["root_id"], unique=False)
        batch_op.create_index("ix_ideas_waiting", ["is_listed", "answered_at", "published_at"], unique=False)

    op.create_table(
        "invitations",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("panel_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("email_folded", sa.String(length=254), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("locale", sa.String(length=10), nullable=False),
        sa.Column("invited_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("sent_at", UtcDateTime(), nullable=False),
        sa.Column("expires_at", UtcDateTime(), nullable=False),
        sa.Column("used_at", UtcDateTime(), nullable=True),
        sa.Column("used_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("withdrawn_at", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["invited_by_id"], ["members.id"], name=op.f("fk_invitations_invited_by_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["panel_id"], ["panels.id"], name=op.f("fk_invitations_panel_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["used_by_id"], ["members.id"], name=op.f("fk_invitations_used_by_id"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_invitations")),
        sa.UniqueConstraint("panel_id", "email_folded", name=op.f("uq_invitations_panel_id_email_folded")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_invitations_token_hash")),
    )
    with op.batch_alter_table("invitations", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_invitations_email_folded"), ["email_folded"], unique=False)

    op.create_table(
        "join_requests",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("panel_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("member_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("answers", sa.JSON(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=30), nullable=False),
        sa.Column("asked_at", UtcDateTime(), nullable=False),
        sa.Column("decided_at", UtcDateTime(), nullable=True),
        sa.Column("decided_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("message", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "state IN ('waiting', 'admitted', 'refused', 'withdrawn')",
            name=op.f("ck_join_requests_state_known"),
        ),
        sa.ForeignKeyConstraint(
            ["decided_by_id"],
            ["members.id"],
            name=op.f("fk_join_requests_decided_by_id"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["member_id"], ["members.id"], name=op.f("fk_join_requests_member_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["panel_id"], ["panels.id"], name=op.f("fk_join_requests_panel_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_join_requests")),
    )
    with op.batch_alter_table("join_requests", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_join_requests_member_id"), ["member_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_join_requests_panel_id"), ["panel_id"], unique=False)
        batch_op.create_index(
            "uq_join_requests_waiting",
            ["panel_id", "member_id"],
            unique=True,
            sqlite_where=sa.text("state = 'waiting'"),
            postgresql_where=sa.text("state = 'waiting'"),
        )

    op.create_table(
        "quota_cells",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("panel_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("rule", sa.JSON(), nullable=False),
        sa.Column("target_count", sa.Integer(), nullable=False),
        sa.Column("filled_count", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.CheckConstraint("filled_count >= 0", name=op.f("ck_quota_cells_filled_count_natural")),
        sa.CheckConstraint("target_count >= 0", name=op.f("ck_quota_cells_target_count_natural")),
        sa.ForeignKeyConstraint(
            ["panel_id"], ["panels.id"], name=op.f("fk_quota_cells_panel_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_quota_cells")),
    )
    with op.batch_alter_table("quota_cells", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_quota_cells_panel_id"), ["panel_id"], unique=False)

    op.create_table(
        "role_grants",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("member_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("role", sa.String(length=30), nullable=False),
        sa.Column("panel_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("granted_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("granted_at", UtcDateTime(), nullable=False),
        sa.CheckConstraint(
            "role IN ('moderator', 'owner', 'analyst', 'admin')", name=op.f("ck_role_grants_role_known")
        ),
        sa.ForeignKeyConstraint(
            ["granted_by_id"], ["members.id"], name=op.f("fk_role_grants_granted_by_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["member_id"], ["members.id"], name=op.f("fk_role_grants_member_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["panel_id"], ["panels.id"], name=op.f("fk_role_grants_panel_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_role_grants")),
        sa.UniqueConstraint(
            "member_id", "role", "panel_id", name=op.f("uq_role_grants_member_id_role_panel_id")
        ),
    )
    with op.batch_alter_table("role_grants", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_role_grants_member_id"), ["member_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_role_grants_panel_id"), ["panel_id"], unique=False)
        batch_op.create_index(
            "uq_role_grants_site",
            ["member_id", "role"],
            unique=True,
            sqlite_where=sa.text("panel_id IS NULL"),
            postgresql_where=sa.text("panel_id IS NULL"),
        )

    op.create_table(
        "screener_questions",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("panel_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("text", sa.String(length=200), nullable=False),
        sa.Column("options", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["panel_id"], ["panels.id"], name=op.f("fk_screener_questions_panel_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_screener_questions")),
    )
    with op.batch_alter_table("screener_questions", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_screener_questions_panel_id"), ["panel_id"], unique=False)

    op.create_table(
        "tags",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("panel_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("name", sa.String(length=30), nullable=False),
        sa.Column("folded", sa.String(length=60), nullable=False),
        sa.Column("idea_count", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.ForeignKeyConstraint(
            ["panel_id"], ["panels.id"], name=op.f("fk_tags_panel_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tags")),
        sa.UniqueConstraint("panel_id", "folded", name=op.f("uq_tags_panel_id_folded")),
    )
    op.create_table(
        "comments",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("idea_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("author_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("parent_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("body_html", sa.Text(), nullable=False),
        sa.Column("is_official", sa.Boolean(), nullable=False),
        sa.Column("state", sa.String(length=30), nullable=False),
        sa.Column("reply_count", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("published_at", UtcDateTime(), nullable=False),
        sa.Column("edited_at", UtcDateTime(), nullable=True),
        sa.Column("deleted_at", UtcDateTime(), nullable=True),
        sa.Column("deleted_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.CheckConstraint(
            "state IN ('published', 'waiting', 'hidden', 'deleted')", name=op.f("ck_comments_state_known")
        ),
        sa.ForeignKeyConstraint(
            ["author_id"], ["members.id"], name=op.f("fk_comments_author_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["deleted_by_id"], ["members.id"], name=op.f("fk_comments_deleted_by_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["idea_id"], ["ideas.id"], name=op.f("fk_comments_idea_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["parent_id"], ["comments.id"], name=op.f("fk_comments_parent_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_comments")),
    )
    with op.batch_alter_table("comments", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_comments_author_id"), ["author_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_comments_parent_id"), ["parent_id"], unique=False)
        batch_op.create_index("ix_comments_thread", ["idea_id", "parent_id", "id"], unique=False)

    op.create_table(
        "follows",
        sa.Column("idea_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("member_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("since", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["idea_id"], ["ideas.id"], name=op.f("fk_follows_idea_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["member_id"], ["members.id"], name=op.f("fk_follows_member_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("idea_id", "member_id", name=op.f("pk_follows")),
    )
    with op.batch_alter_table("follows", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_follows_member_id"), ["member_id"], unique=False)

    op.create_table(
        "idea_edits",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("idea_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("editor_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("title", sa.String(length=120), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("edited_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["editor_id"], ["members.id"], name=op.f("fk_idea_edits_editor_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["idea_id"], ["ideas.id"], name=op.f("fk_idea_edits_idea_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_idea_edits")),
    )
    with op.batch_alter_table("idea_edits", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_idea_edits_idea_id"), ["idea_id"], unique=False)

    op.create_table(
        "idea_images",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("idea_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("key", sa.String(length=32), nullable=False),
        sa.Column("extension", sa.String(length=5), nullable=False),
        sa.Column("width", sa.Integer(), nullable=False),
        sa.Column("height", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("uploaded_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("uploaded_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["idea_id"], ["ideas.id"], name=op.f("fk_idea_images_idea_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["uploaded_by_id"],
            ["members.id"],
            name=op.f("fk_idea_images_uploaded_by_id"),
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_idea_images")),
        sa.UniqueConstraint("key", name=op.f("uq_idea_images_key")),
    )
    with op.batch_alter_table("idea_images", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_idea_images_idea_id"), ["idea_id"], unique=False)

    op.create_table(
        "idea_tags",
        sa.Column("idea_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("tag_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(
            ["idea_id"], ["ideas.id"], name=op.f("fk_idea_tags_idea_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["tag_id"], ["tags.id"], name=op.f("fk_idea_tags_tag_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("idea_id", "tag_id", name=op.f("pk_idea_tags")),
    )
    with op.batch_alter_table("idea_tags", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_idea_tags_tag_id"), ["tag_id"], unique=False)

    op.create_table(
        "memberships",
        sa.Column("panel_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("member_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("joined_at", UtcDateTime(), nullable=False),
        sa.Column("left_at", UtcDateTime(), nullable=True),
        sa.Column("left_by", sa.String(length=30), nullable=True),
        sa.Column("came_by", sa.String(length=30), nullable=False),
        sa.Column("cell_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.CheckConstraint(
            "left_by IN ('self', 'staff', 'segment')", name=op.f("ck_memberships_left_by_known")
        ),
        sa.ForeignKeyConstraint(
            ["cell_id"], ["quota_cells.id"], name=op.f("fk_memberships_cell_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["member_id"], ["members.id"], name=op.f("fk_memberships_member_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["panel_id"], ["panels.id"], name=op.f("fk_memberships_panel_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("panel_id", "member_id", name=op.f("pk_memberships")),
    )
    with op.batch_alter_table("memberships", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_memberships_cell_id"), ["cell_id"], unique=False)
        batch_op.create_index("ix_memberships_member", ["member_id", "left_at"], unique=False)

    op.create_table(
        "merges",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("source_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("target_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("merged_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("merged_at", UtcDateTime(), nullable=False),
        sa.Column("undone_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("undone_at", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["merged_by_id"], ["members.id"], name=op.f("fk_merges_merged_by_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["source_id"], ["ideas.id"], name=op.f("fk_merges_source_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["target_id"], ["ideas.id"], name=op.f("fk_merges_target_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["undone_by_id"], ["members.id"], name=op.f("fk_merges_undone_by_id"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_merges")),
    )
    with op.batch_alter_table("merges", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_merges_source_id"), ["source_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_merges_target_id"), ["target_id"], unique=False)

    op.create_table(
        "notices",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("member_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("activity_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("kind", sa.String(length=60), nullable=False),
        sa.Column("panel_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("path", sa.String(length=200), nullable=False),
        sa.Column("data", sa.JSON(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("read_at", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["activity_id"], ["activities.id"], name=op.f("fk_notices_activity_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["member_id"], ["members.id"], name=op.f("fk_notices_member_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["panel_id"], ["panels.id"], name=op.f("fk_notices_panel_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notices")),
        sa.UniqueConstraint("member_id", "activity_id", name=op.f("uq_notices_member_id_activity_id")),
    )
    with op.batch_alter_table("notices", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_notices_activity_id"), ["activity_id"], unique=False)
        batch_op.create_index("ix_notices_inbox", ["member_id", "id"], unique=False)
        batch_op.create_index(batch_op.f("ix_notices_panel_id"), ["panel_id"], unique=False)

    op.create_table(
        "owed_reactions",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("activity_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("reaction", sa.String(length=120), nullable=False),
        sa.Column("state", sa.String(length=30), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("due_at", UtcDateTime(), nullable=False),
        sa.Column("error", sa.Text(), nullable=False),
        sa.Column("finished_at", UtcDateTime(), nullable=True),
        sa.CheckConstraint(
            "state IN ('owed', 'done', 'set_aside')", name=op.f("ck_owed_reactions_state_known")
        ),
        sa.ForeignKeyConstraint(
            ["activity_id"], ["activities.id"], name=op.f("fk_owed_reactions_activity_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_owed_reactions")),
        sa.UniqueConstraint("activity_id", "reaction", name=op.f("uq_owed_reactions_activity_id_reaction")),
    )
    with op.batch_alter_table("owed_reactions", schema=None) as batch_op:
        batch_op.create_index(
            "ix_owed_reactions_due",
            ["due_at"],
            unique=False,
            sqlite_where=sa.text("state = 'owed'"),
            postgresql_where=sa.text("state = 'owed'"),
        )

    op.create_table(
        "sightings",
        sa.Column("idea_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("member_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["idea_id"], ["ideas.id"], name=op.f("fk_sightings_idea_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["member_id"], ["members.id"], name=op.f("fk_sightings_member_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("idea_id", "member_id", name=op.f("pk_sightings")),
    )
    with op.batch_alter_table("sightings", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_sightings_member_id"), ["member_id"], unique=False)

    op.create_table(
        "status_changes",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("idea_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("from_status", sa.String(length=30), nullable=False),
        sa.Column("to_status", sa.String(length=30), nullable=False),
        sa.Column("message", sa.Text(), nullable=False),
        sa.Column("message_html", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("promised_on", sa.Date(), nullable=True),
        sa.Column("look_again_on", sa.Date(), nullable=True),
        sa.Column("changed_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("changed_at", UtcDateTime(), nullable=False),
        sa.CheckConstraint(
            "from_status IN ('submitted', 'under_review', 'planned', 'in_progress', 'delivered', 'declined')",
            name=op.f("ck_status_changes_from_status_known"),
        ),
        sa.CheckConstraint(
            "to_status IN ('submitted', 'under_review', 'planned', 'in_progress', 'delivered', 'declined')",
            name=op.f("ck_status_changes_to_status_known"),
        ),
        sa.ForeignKeyConstraint(
            ["changed_by_id"],
            ["members.id"],
            name=op.f("fk_status_changes_changed_by_id"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["idea_id"], ["ideas.id"], name=op.f("fk_status_changes_idea_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_status_changes")),
    )
    with op.batch_alter_table("status_changes", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_status_changes_idea_id"), ["idea_id"], unique=False)

    op.create_table(
        "vote_events",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("idea_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("member_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("change", sa.String(length=30), nullable=False),
        sa.Column("importance", sa.String(length=30), nullable=True),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.CheckConstraint(
            "change IN ('cast', 'weighed', 'withdrawn')", name=op.f("ck_vote_events_change_known")
        ),
        sa.ForeignKeyConstraint(
            ["idea_id"], ["ideas.id"], name=op.f("fk_vote_events_idea_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["member_id"], ["members.id"], name=op.f("fk_vote_events_member_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_vote_events")),
    )
    with op.batch_alter_table("vote_events", schema=None) as batch_op:
        batch_op.create_index("ix_vote_events_idea", ["idea_id", "at"], unique=False)
        batch_op.create_index(batch_op.f("ix_vote_events_member_id"), ["member_id"], unique=False)

    op.create_table(
        "votes",
        sa.Column("idea_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("member_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("importance", sa.String(length=30), nullable=True),
        sa.Column("cast_at", UtcDateTime(), nullable=False),
        sa.CheckConstraint(
            "importance IN ('nice', 'important', 'critical')", name=op.f("ck_votes_importance_known")
        ),
        sa.ForeignKeyConstraint(["idea_id"], ["ideas.id"], name=op.f("fk_votes_idea_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(
            ["member_id"], ["members.id"], name=op.f("fk_votes_member_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("idea_id", "member_id", name=op.f("pk_votes")),
    )
    with op.batch_alter_table("votes", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_votes_member_id"), ["member_id"], unique=False)

    op.create_table(
        "comment_edits",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("comment_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("edited_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["comment_id"], ["comments.id"], name=op.f("fk_comment_edits_comment_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_comment_edits")),
    )
    with op.batch_alter_table("comment_edits", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_comment_edits_comment_id"), ["comment_id"], unique=False)

    for statement in SEARCH_AND_HISTORY[op.get_bind().dialect.name]:
        op.execute(sa.DDL(statement.replace("%", "%%")))


def downgrade() -> None:
    """Go back."""
    for statement in SEARCH_GONE[op.get_bind().dialect.name]:
        op.execute(sa.DDL(statement))
    with op.batch_alter_table("comment_edits", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_comment_edits_comment_id"))

    op.drop_table("comment_edits")
    with op.batch_alter_table("votes", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_votes_member_id"))

    op.drop_table("votes")
    with op.batch_alter_table("vote_events", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_vote_events_member_id"))
        batch_op.drop_index("ix_vote_events_idea")

    op.drop_table("vote_events")
    with op.batch_alter_table("status_changes", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_status_changes_idea_id"))

    op.drop_table("status_changes")
    with op.batch_alter_table("sightings", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_sightings_member_id"))

    op.drop_table("sightings")
    with op.batch_alter_table("owed_reactions", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_owed_reactions_due",
            sqlite_where=sa.text("state = 'owed'"),
            postgresql_where=sa.text("state = 'owed'"),
        )

    op.drop_table("owed_reactions")
    with op.batch_alter_table("notices", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_notices_panel_id"))
        batch_op.drop_index("ix_notices_inbox")
        batch_op.drop_index(batch_op.f("ix_notices_activity_id"))

    op.drop_table("notices")
    with op.batch_alter_table("merges", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_merges_target_id"))
        batch_op.drop_index(batch_op.f("ix_merges_source_id"))

    op.drop_table("merges")
    with op.batch_alter_table("memberships", schema=None) as batch_op:
        batch_op.drop_index("ix_memberships_member")
        batch_op.drop_index(batch_op.f("ix_memberships_cell_id"))

    op.drop_table("memberships")
    with op.batch_alter_table("idea_tags", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_idea_tags_tag_id"))

    op.drop_table("idea_tags")
    with op.batch_alter_table("idea_images", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_idea_images_idea_id"))

    op.drop_table("idea_images")
    with op.batch_alter_table("idea_edits", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_idea_edits_idea_id"))

    op.drop_table("idea_edits")
    with op.batch_alter_table("follows", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_follows_member_id"))

    op.drop_table("follows")
    with op.batch_alter_table("comments", schema=None) as batch_op:
        batch_op.drop_index("ix_comments_thread")
        batch_op.drop_index(batch_op.f("ix_comments_parent_id"))
        batch_op.drop_index(batch_op.f("ix_comments_author_id"))

    op.drop_table("comments")
    op.drop_table("tags")
    with op.batch_alter_table("screener_questions", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_screener_questions_panel_id"))

    op.drop_table("screener_questions")
    with op.batch_alter_table("role_grants", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_role_grants_site",
            sqlite_where=sa.text("panel_id IS NULL"),
            postgresql_where=sa.text("panel_id IS NULL"),
        )
        batch_op.drop_index(batch_op.f("ix_role_grants_panel_id"))
        batch_op.drop_index(batch_op.f("ix_role_grants_member_id"))

    op.drop_table("role_grants")
    with op.batch_alter_table("quota_cells", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_quota_cells_panel_id"))

    op.drop_table("quota_cells")
    with op.batch_alter_table("join_requests", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_join_requests_waiting",
            sqlite_where=sa.text("state = 'waiting'"),
            postgresql_where=sa.text("state = 'waiting'"),
        )
        batch_op.drop_index(batch_op.f("ix_join_requests_panel_id"))
        batch_op.drop_index(batch_op.f("ix_join_requests_member_id"))

    op.drop_table("join_requests")
    with op.batch_alter_table("invitations", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_invitations_email_folded"))

    op.drop_table("invitations")
    with op.batch_alter_table("ideas", schema=None) as batch_op:
        batch_op.drop_index("ix_ideas_waiting")
        batch_op.drop_index(batch_op.f("ix_ideas_root_id"))
        batch_op.drop_index("ix_ideas_roadmap")
        batch_op.drop_index(batch_op.f("ix_ideas_merged_into_id"))
        batch_op.drop_index("ix_ideas_board_updated")
        batch_op.drop_index("ix_ideas_board_unseen")
        batch_op.drop_index("ix_ideas_board_trend")
        batch_op.drop_index("ix_ideas_board_top")
        batch_op.drop_index("ix_ideas_board_new")
        batch_op.drop_index(batch_op.f("ix_ideas_author_id"))

    op.drop_table("ideas")
    with op.batch_alter_table("idea_drafts", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_idea_drafts_expires_at"))

    op.drop_table("idea_drafts")
    with op.batch_alter_table("activities", schema=None) as batch_op:
        batch_op.drop_index("ix_activities_subject")
        batch_op.drop_index(batch_op.f("ix_activities_panel_id"))
        batch_op.drop_index(batch_op.f("ix_activities_occurred_at"))
        batch_op.drop_index(batch_op.f("ix_activities_actor_id"))

    op.drop_table("activities")
    with op.batch_alter_table("tokens", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_tokens_member_id"))

    op.drop_table("tokens")
    with op.batch_alter_table("panels", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_panels_segment_id"))

    op.drop_table("panels")
    with op.batch_alter_table("member_sessions", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_member_sessions_member_id"))

    op.drop_table("member_sessions")
    with op.batch_alter_table("attribute_answers", schema=None) as batch_op:
        batch_op.drop_index("ix_attribute_answers_option")
        batch_op.drop_index(batch_op.f("ix_attribute_answers_member_id"))

    op.drop_table("attribute_answers")
    op.drop_table("segments")
    op.drop_table("scheduled_jobs")
    op.drop_table("profile_attributes")
    with op.batch_alter_table("outgoing_mails", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_outgoing_mails_waiting",
            sqlite_where=sa.text("state = 'waiting'"),
            postgresql_where=sa.text("state = 'waiting'"),
        )

    op.drop_table("outgoing_mails")
    with op.batch_alter_table("members", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_members_name_folded"))
        batch_op.drop_index(batch_op.f("ix_members_last_active_at"))
        batch_op.drop_index(batch_op.f("ix_members_joined_at"))
        batch_op.drop_index(batch_op.f("ix_members_claimed_email_folded"))

    op.drop_table("members")
    with op.batch_alter_table("attempts", schema=None) as batch_op:
        batch_op.drop_index("ix_attempts_subject")
        batch_op.drop_index(batch_op.f("ix_attempts_at"))

    op.drop_table("attempts")
    for statement in HISTORY_GONE[op.get_bind().dialect.name]:
        op.execute(sa.DDL(statement))
