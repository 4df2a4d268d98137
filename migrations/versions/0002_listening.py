"""Listening: feedback items and what was read in them, cases and what puts them on a desk."""

import sqlalchemy as sa
from alembic import op

from community.infra.db import UtcDateTime

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


SEARCH_AND_HISTORY = {
    "sqlite": (
        "CREATE VIRTUAL TABLE feedback_items_search USING fts5(search_terms, content='feedback_items', content_rowid='id', tokenize='ascii')",  # noqa: E501
        "CREATE TRIGGER feedback_items_search_insert AFTER INSERT ON feedback_items BEGIN INSERT INTO feedback_items_search (rowid, search_terms) VALUES (new.id, new.search_terms); END",  # noqa: E501
        "CREATE TRIGGER feedback_items_search_delete AFTER DELETE ON feedback_items BEGIN INSERT INTO feedback_items_search (feedback_items_search, rowid, search_terms) VALUES ('delete', old.id, old.search_terms); END",  # noqa: E501
        "CREATE TRIGGER feedback_items_search_update AFTER UPDATE OF search_terms ON feedback_items WHEN old.search_terms IS NOT new.search_terms BEGIN INSERT INTO feedback_items_search (feedback_items_search, rowid, search_terms) VALUES ('delete', old.id, old.search_terms); INSERT INTO feedback_items_search (rowid, search_terms) VALUES (new.id, new.search_terms); END",  # noqa: E501
        "INSERT INTO feedback_items_search (feedback_items_search) VALUES ('rebuild')",
        "CREATE TRIGGER case_events_no_update BEFORE update ON case_events BEGIN SELECT RAISE(ABORT, 'case_events is append-only'); END",  # noqa: E501
        "CREATE TRIGGER case_events_no_delete BEFORE delete ON case_events BEGIN SELECT RAISE(ABORT, 'case_events is append-only'); END",  # noqa: E501
    ),
    "postgresql": (
        "CREATE INDEX ix_feedback_items_search_terms ON feedback_items USING gin (array_to_tsvector(array_remove(string_to_array(search_terms, ' '), '')))",  # noqa: E501
        "CREATE FUNCTION case_events_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'case_events is append-only'; END $$",  # noqa: E501
        "CREATE TRIGGER case_events_no_change BEFORE UPDATE OR DELETE ON case_events FOR EACH ROW EXECUTE FUNCTION case_events_is_append_only()",  # noqa: E501
    ),
}
SEARCH_GONE = {
    "sqlite": (
        "DROP TRIGGER IF EXISTS feedback_items_search_insert",
        "DROP TRIGGER IF EXISTS feedback_items_search_delete",
        "DROP TRIGGER IF EXISTS feedback_items_search_update",
        "DROP TABLE IF EXISTS feedback_items_search",
    ),
    "postgresql": (
        "DROP INDEX IF EXISTS ix_feedback_items_search_terms",
    ),
}
HISTORY_GONE = {
    "sqlite": (),
    "postgresql": (
        "DROP FUNCTION IF EXISTS case_events_is_append_only()",
    ),
}


def _level(
    position: int,
    en: str,
    hans: str,
    hant: str,
    kind: str | None,
    min_urgency: int,
    answer: int,
    resolve: int,
) -> dict[str, object]:
    return {
        "name": {"en": en, "zh_Hans": hans, "zh_Hant": hant},
        "position": position,
        "kind": kind,
        "min_urgency": min_urgency,
        "answer_hours": answer,
        "resolve_hours": resolve,
    }


def _rule(
    position: int, en: str, hans: str, hant: str, conditions: dict[str, object], effect: str
) -> dict[str, object]:
    name = {"en": en, "zh_Hans": hans, "zh_Hant": hant}
    return {"name": name, "position": position, "conditions": conditions, "effect": effect}


# A site begins with these; staff change them under "Routing" and "Service levels".
FIRST_ROWS = (
    (
        sa.table("listening", sa.column("id"), sa.column("person_below"), sa.column("topic_above")),
        [{"id": 1, "person_below": 0.4, "topic_above": 0.6}],
    ),
    (
        sa.table(
            "working_hours",
            sa.column("id"),
            sa.column("time_zone"),
            sa.column("weekdays", sa.JSON),
            sa.column("from_minute"),
            sa.column("until_minute"),
            sa.column("holidays", sa.JSON),
        ),
        [
            {
                "id": 1,
                "time_zone": "UTC",
                "weekdays": [0, 1, 2, 3, 4],
                "from_minute": 540,
                "until_minute": 1020,
                "holidays": [],
            }
        ],
    ),
    (
        sa.table(
            "service_levels",
            sa.column("name", sa.JSON),
            sa.column("position"),
            sa.column("kind"),
            sa.column("min_urgency"),
            sa.column("answer_hours"),
            sa.column("resolve_hours"),
        ),
        [
            _level(1, "Urgent", "紧急", "緊急", None, 2, 4, 48),
            _level(2, "Complaints", "投诉", "抱怨", "complaint", 0, 24, 120),
            _level(3, "Requests for help", "求助", "求助", "help", 0, 24, 120),
            _level(4, "Questions", "提问", "提問", "question", 0, 48, 120),
            _level(5, "Everything else", "其他", "其他", None, 0, 72, 240),
        ],
    ),
    (
        sa.table(
            "routing_rules",
            sa.column("name", sa.JSON),
            sa.column("position"),
            sa.column("conditions", sa.JSON),
            sa.column("effect"),
        ),
        [
            _rule(1, "Urgent words", "紧急内容", "緊急內容", {"min_urgency": 2}, "case"),
            _rule(2, "Praise", "表扬", "讚美", {"kind": ["praise"]}, "pass_on"),
            _rule(
                3, "Texts of people without an account", "没有账号的人写的内容", "沒有帳號的人寫的內容",
                {"has_member": False}, "leave",
            ),
            _rule(
                4, "Suggestions and remarks in ideas and comments, answered on the idea",
                "想法和评论里的建议和闲谈，在想法页面答复", "點子和留言裡的建議和閒談，在點子頁面回覆",
                {"source": ["idea", "comment"], "kind": ["suggestion", "remark"]}, "leave",
            ),
            _rule(
                5, "Complaints, questions and requests for help", "投诉、提问和求助", "抱怨、提問和求助",
                {"kind": ["complaint", "question", "help"]}, "case",
            ),
        ],
    ),
)  # fmt: skip


def upgrade() -> None:
    """Go to this release."""
    op.create_table(
        "listening",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("person_below", sa.Float(precision=53), nullable=False),
        sa.Column("topic_above", sa.Float(precision=53), nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_listening_only_one")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_listening")),
    )
    op.create_table(
        "reading_batches",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("item_count", sa.Integer(), nullable=False),
        sa.Column("seconds", sa.Float(precision=53), nullable=False),
        sa.Column("knowledge_version", sa.Integer(), nullable=False),
        sa.Column("read_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reading_batches")),
    )
    with op.batch_alter_table("reading_batches", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_reading_batches_read_at"), ["read_at"], unique=False)

    op.create_table(
        "reply_templates",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("name", sa.JSON(), nullable=False),
        sa.Column("body", sa.JSON(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=True),
        sa.Column("archived_at", UtcDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reply_templates")),
    )
    op.create_table(
        "teams",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("strategy", sa.String(length=30), nullable=False),
        sa.Column("archived_at", UtcDateTime(), nullable=True),
        sa.CheckConstraint(
            "strategy IN ('round_robin', 'least_loaded')", name=op.f("ck_teams_strategy_known")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_teams")),
        sa.UniqueConstraint("name", name=op.f("uq_teams_name")),
    )
    op.create_table(
        "working_hours",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("time_zone", sa.String(length=60), nullable=False),
        sa.Column("weekdays", sa.JSON(), nullable=False),
        sa.Column("from_minute", sa.Integer(), nullable=False),
        sa.Column("until_minute", sa.Integer(), nullable=False),
        sa.Column("holidays", sa.JSON(), nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_working_hours_only_one")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_working_hours")),
    )
    op.create_table(
        "absences",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("member_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("until_on", sa.Date(), nullable=False),
        sa.Column("cover_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.CheckConstraint("until_on >= from_on", name=op.f("ck_absences_not_backwards")),
        sa.ForeignKeyConstraint(
            ["cover_id"], ["members.id"], name=op.f("fk_absences_cover_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["member_id"], ["members.id"], name=op.f("fk_absences_member_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_absences")),
    )
    with op.batch_alter_table("absences", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_absences_member_id"), ["member_id"], unique=False)

    op.create_table(
        "learned_models",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("task", sa.String(length=30), nullable=False),
        sa.Column("language", sa.String(length=10), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=30), nullable=False),
        sa.Column("weights", sa.JSON(), nullable=False),
        sa.Column("report", sa.JSON(), nullable=False),
        sa.Column("label_count", sa.Integer(), nullable=False),
        sa.Column("last_correction_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("fitted_at", UtcDateTime(), nullable=False),
        sa.Column("state_changed_at", UtcDateTime(), nullable=False),
        sa.Column("changed_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.CheckConstraint(
            "state IN ('live', 'off', 'replaced')", name=op.f("ck_learned_models_state_known")
        ),
        sa.CheckConstraint("task IN ('sentiment', 'topic')", name=op.f("ck_learned_models_task_known")),
        sa.ForeignKeyConstraint(
            ["changed_by_id"],
            ["members.id"],
            name=op.f("fk_learned_models_changed_by_id"),
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_learned_models")),
        sa.UniqueConstraint(
            "task", "language", "version", name=op.f("uq_learned_models_task_language_version")
        ),
    )
    with op.batch_alter_table("learned_models", schema=None) as batch_op:
        batch_op.create_index(
            "uq_learned_models_live",
            ["task", "language"],
            unique=True,
            sqlite_where=sa.text("state = 'live'"),
            postgresql_where=sa.text("state = 'live'"),
        )

    op.create_table(
        "routing_rules",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("name", sa.JSON(), nullable=False),
        sa.Column("position", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("conditions", sa.JSON(), nullable=False),
        sa.Column("effect", sa.String(length=30), nullable=False),
        sa.Column("owner_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("team_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("process_owner_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("is_enabled", sa.Boolean(), server_default=sa.true(), nullable=False),
        sa.Column("fired_count", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.CheckConstraint(
            "effect IN ('case', 'pass_on', 'leave')", name=op.f("ck_routing_rules_effect_known")
        ),
        sa.ForeignKeyConstraint(
            ["owner_id"], ["members.id"], name=op.f("fk_routing_rules_owner_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["process_owner_id"],
            ["members.id"],
            name=op.f("fk_routing_rules_process_owner_id"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["team_id"], ["teams.id"], name=op.f("fk_routing_rules_team_id"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_routing_rules")),
    )
    with op.batch_alter_table("routing_rules", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_routing_rules_owner_id"), ["owner_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_routing_rules_process_owner_id"), ["process_owner_id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_routing_rules_team_id"), ["team_id"], unique=False)

    op.create_table(
        "service_levels",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("name", sa.JSON(), nullable=False),
        sa.Column("position", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=True),
        sa.Column("min_urgency", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("segment_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("answer_hours", sa.Float(precision=53), nullable=False),
        sa.Column("resolve_hours", sa.Float(precision=53), nullable=False),
        sa.Column(
            "remind_at_share", sa.Float(precision=53), server_default=sa.text("(0.75)"), nullable=False
        ),
        sa.Column("escalate_to_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("is_enabled", sa.Boolean(), server_default=sa.true(), nullable=False),
        sa.CheckConstraint(
            "kind IN ('praise', 'complaint', 'suggestion', 'question', 'help', 'remark')",
            name=op.f("ck_service_levels_kind_known"),
        ),
        sa.CheckConstraint(
            "answer_hours > 0 AND resolve_hours >= answer_hours",
            name=op.f("ck_service_levels_hours_sensible"),
        ),
        sa.ForeignKeyConstraint(
            ["escalate_to_id"],
            ["members.id"],
            name=op.f("fk_service_levels_escalate_to_id"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["segment_id"], ["segments.id"], name=op.f("fk_service_levels_segment_id"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_service_levels")),
    )
    with op.batch_alter_table("service_levels", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_service_levels_escalate_to_id"), ["escalate_to_id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_service_levels_segment_id"), ["segment_id"], unique=False)

    op.create_table(
        "site_words",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("word", sa.String(length=60), nullable=False),
        sa.Column("folded", sa.String(length=120), nullable=False),
        sa.Column("valence", sa.Float(precision=53), nullable=False),
        sa.Column("made_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("made_at", UtcDateTime(), nullable=False),
        sa.CheckConstraint("valence BETWEEN -4 AND 4", name=op.f("ck_site_words_valence_bounded")),
        sa.ForeignKeyConstraint(
            ["made_by_id"], ["members.id"], name=op.f("fk_site_words_made_by_id"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_site_words")),
        sa.UniqueConstraint("folded", name=op.f("uq_site_words_folded")),
    )
    op.create_table(
        "team_members",
        sa.Column("team_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("member_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("last_given_at", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["member_id"], ["members.id"], name=op.f("fk_team_members_member_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["team_id"], ["teams.id"], name=op.f("fk_team_members_team_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("team_id", "member_id", name=op.f("pk_team_members")),
    )
    with op.batch_alter_table("team_members", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_team_members_member_id"), ["member_id"], unique=False)

    op.create_table(
        "topics",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("parent_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("name", sa.JSON(), nullable=False),
        sa.Column("words", sa.JSON(), nullable=False),
        sa.Column("position", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("owner_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("process_owner_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("item_count", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("archived_at", UtcDateTime(), nullable=True),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["owner_id"], ["members.id"], name=op.f("fk_topics_owner_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["parent_id"], ["topics.id"], name=op.f("fk_topics_parent_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["process_owner_id"], ["members.id"], name=op.f("fk_topics_process_owner_id"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_topics")),
    )
    with op.batch_alter_table("topics", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_topics_owner_id"), ["owner_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_topics_parent_id"), ["parent_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_topics_process_owner_id"), ["process_owner_id"], unique=False)

    op.create_table(
        "cases",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("panel_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("is_theme", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("state", sa.String(length=30), nullable=False),
        sa.Column("is_open", sa.Boolean(), server_default=sa.true(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=True),
        sa.Column("sentiment", sa.String(length=10), nullable=True),
        sa.Column("language", sa.String(length=10), nullable=True),
        sa.Column("urgency", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("topic_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("item_count", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("owner_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("process_owner_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("team_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("rule_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("routed_by", sa.String(length=20), nullable=False),
        sa.Column("service_level_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("opened_at", UtcDateTime(), nullable=False),
        sa.Column("assigned_at", UtcDateTime(), nullable=True),
        sa.Column("first_due_at", UtcDateTime(), nullable=False),
        sa.Column("resolve_due_at", UtcDateTime(), nullable=False),
        sa.Column("due_at", UtcDateTime(), nullable=True),
        sa.Column("answered_at", UtcDateTime(), nullable=True),
        sa.Column("resolved_at", UtcDateTime(), nullable=True),
        sa.Column("verified_at", UtcDateTime(), nullable=True),
        sa.Column("reopened_count", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("remind_at", UtcDateTime(), nullable=True),
        sa.Column("reminded_at", UtcDateTime(), nullable=True),
        sa.Column("escalated_at", UtcDateTime(), nullable=True),
        sa.Column("escalated_to_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("outcome", sa.String(length=30), nullable=True),
        sa.Column("promise", sa.String(length=300), server_default=sa.text("('')"), nullable=False),
        sa.Column("promised_on", sa.Date(), nullable=True),
        sa.Column("promise_state", sa.String(length=30), nullable=True),
        sa.Column("cause", sa.Text(), server_default=sa.text("('')"), nullable=False),
        sa.Column("fix", sa.Text(), server_default=sa.text("('')"), nullable=False),
        sa.Column("help_rating", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "kind IN ('praise', 'complaint', 'suggestion', 'question', 'help', 'remark')",
            name=op.f("ck_cases_kind_known"),
        ),
        sa.CheckConstraint(
            "language IN ('en', 'zh-Hans', 'zh-Hant', 'mixed', 'other')", name=op.f("ck_cases_language_known")
        ),
        sa.CheckConstraint(
            "outcome IN ('solved', 'explained', 'planned', 'delivered', 'not_possible', 'no_reply_needed')",
            name=op.f("ck_cases_outcome_known"),
        ),
        sa.CheckConstraint(
            "promise_state IN ('open', 'kept', 'broken')", name=op.f("ck_cases_promise_state_known")
        ),
        sa.CheckConstraint(
            "routed_by IN ('rule', 'topic', 'nobody', 'unsure', 'no_rule', 'by_hand')",
            name=op.f("ck_cases_routed_by_known"),
        ),
        sa.CheckConstraint(
            "sentiment IN ('pos', 'neu', 'neg', 'mixed')", name=op.f("ck_cases_sentiment_known")
        ),
        sa.CheckConstraint(
            "state IN ('new', 'assigned', 'answered', 'resolved', 'verified', 'reopened')",
            name=op.f("ck_cases_state_known"),
        ),
        sa.CheckConstraint("help_rating BETWEEN 1 AND 5", name=op.f("ck_cases_help_rating_known")),
        sa.CheckConstraint("urgency BETWEEN 0 AND 3", name=op.f("ck_cases_urgency_known")),
        sa.ForeignKeyConstraint(
            ["escalated_to_id"], ["members.id"], name=op.f("fk_cases_escalated_to_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["owner_id"], ["members.id"], name=op.f("fk_cases_owner_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["panel_id"], ["panels.id"], name=op.f("fk_cases_panel_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["process_owner_id"], ["members.id"], name=op.f("fk_cases_process_owner_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["rule_id"], ["routing_rules.id"], name=op.f("fk_cases_rule_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["service_level_id"],
            ["service_levels.id"],
            name=op.f("fk_cases_service_level_id"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["team_id"], ["teams.id"], name=op.f("fk_cases_team_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["topic_id"], ["topics.id"], name=op.f("fk_cases_topic_id"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cases")),
    )
    with op.batch_alter_table("cases", schema=None) as batch_op:
        batch_op.create_index("ix_cases_desk", ["owner_id", "is_open", "due_at", "id"], unique=False)
        batch_op.create_index("ix_cases_due", ["is_open", "due_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_cases_escalated_to_id"), ["escalated_to_id"], unique=False)
        batch_op.create_index("ix_cases_panel", ["panel_id", "is_open", "due_at", "id"], unique=False)
        batch_op.create_index(batch_op.f("ix_cases_process_owner_id"), ["process_owner_id"], unique=False)
        batch_op.create_index("ix_cases_promised", ["promise_state", "promised_on"], unique=False)
        batch_op.create_index("ix_cases_remind", ["remind_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_cases_rule_id"), ["rule_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_cases_service_level_id"), ["service_level_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_cases_team_id"), ["team_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_cases_topic_id"), ["topic_id"], unique=False)

    op.create_table(
        "feedback_imports",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("panel_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("file_name", sa.String(length=200), nullable=False),
        sa.Column("key", sa.String(length=32), server_default=sa.text("('')"), nullable=False),
        sa.Column("header", sa.JSON(), nullable=False),
        sa.Column("columns", sa.JSON(), nullable=False),
        sa.Column("state", sa.String(length=30), nullable=False),
        sa.Column("row_count", sa.Integer(), nullable=True),
        sa.Column("done_count", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("taken_count", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("known_count", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("refused_count", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("error", sa.String(length=30), nullable=False),
        sa.Column("made_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("made_at", UtcDateTime(), nullable=False),
        sa.Column("finished_at", UtcDateTime(), nullable=True),
        sa.CheckConstraint(
            "state IN ('mapping', 'owed', 'running', 'done', 'failed')",
            name=op.f("ck_feedback_imports_state_known"),
        ),
        sa.ForeignKeyConstraint(
            ["made_by_id"], ["members.id"], name=op.f("fk_feedback_imports_made_by_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["panel_id"], ["panels.id"], name=op.f("fk_feedback_imports_panel_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_feedback_imports")),
    )
    with op.batch_alter_table("feedback_imports", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_feedback_imports_panel_id"), ["panel_id"], unique=False)

    op.create_table(
        "case_events",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("case_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("kind", sa.String(length=30), nullable=False),
        sa.Column("from_state", sa.String(length=30), nullable=True),
        sa.Column("to_state", sa.String(length=30), nullable=True),
        sa.Column("actor_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("note", sa.Text(), server_default=sa.text("('')"), nullable=False),
        sa.Column("data", sa.JSON(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.CheckConstraint(
            "kind IN ('opened', 'item_added', 'item_removed', 'assigned', 'escalated', 'reminded', 'replied', 'member_replied', 'noted', 'corrected', 'promised', 'promise_kept', 'promise_broken', 'resolved', 'verified', 'reopened', 'combined', 'cause_found', 'fix_planned')",
            name=op.f("ck_case_events_kind_known"),
        ),
        sa.ForeignKeyConstraint(
            ["actor_id"], ["members.id"], name=op.f("fk_case_events_actor_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["case_id"], ["cases.id"], name=op.f("fk_case_events_case_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_events")),
    )
    with op.batch_alter_table("case_events", schema=None) as batch_op:
        batch_op.create_index("ix_case_events_case", ["case_id", "id"], unique=False)

    op.create_table(
        "case_messages",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("case_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("author_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("body_html", sa.Text(), nullable=False),
        sa.Column("is_note", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("is_from_member", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("written_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["author_id"], ["members.id"], name=op.f("fk_case_messages_author_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["case_id"], ["cases.id"], name=op.f("fk_case_messages_case_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_messages")),
    )
    with op.batch_alter_table("case_messages", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_case_messages_author_id"), ["author_id"], unique=False)
        batch_op.create_index("ix_case_messages_case", ["case_id", "id"], unique=False)

    op.create_table(
        "feedback_items",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("panel_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("source", sa.String(length=30), nullable=False),
        sa.Column("source_name", sa.String(length=60), server_default=sa.text("('')"), nullable=False),
        sa.Column("source_id", sa.String(length=100), nullable=False),
        sa.Column("author_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("author_key", sa.String(length=100), server_default=sa.text("('')"), nullable=False),
        sa.Column("import_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("title", sa.String(length=200), server_default=sa.text("('')"), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("revision", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("path", sa.String(length=200), server_default=sa.text("('')"), nullable=False),
        sa.Column("thread", sa.String(length=60), server_default=sa.text("('')"), nullable=False),
        sa.Column("rating", sa.Float(precision=53), nullable=True),
        sa.Column("said_at", UtcDateTime(), nullable=False),
        sa.Column("given_language", sa.String(length=10), nullable=True),
        sa.Column("search_terms", sa.Text(), server_default=sa.text("('')"), nullable=False),
        sa.Column("state", sa.String(length=30), nullable=False),
        sa.Column("batch_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("error", sa.String(length=200), server_default=sa.text("('')"), nullable=False),
        sa.Column("language", sa.String(length=10), nullable=True),
        sa.Column("sentiment", sa.String(length=10), nullable=True),
        sa.Column("score", sa.Float(precision=53), nullable=True),
        sa.Column("confidence", sa.Float(precision=53), nullable=True),
        sa.Column("method", sa.String(length=20), nullable=True),
        sa.Column("evidence", sa.JSON(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=True),
        sa.Column("kind_confidence", sa.Float(precision=53), nullable=True),
        sa.Column("urgency", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("urgency_reasons", sa.JSON(), nullable=False),
        sa.Column("topic_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("preferences", sa.JSON(), nullable=False),
        sa.Column("is_unsure", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("ask_reason", sa.String(length=30), nullable=True),
        sa.Column("stage", sa.String(length=30), nullable=False),
        sa.Column("received_at", UtcDateTime(), nullable=False),
        sa.Column("read_at", UtcDateTime(), nullable=True),
        sa.Column("with_person_at", UtcDateTime(), nullable=True),
        sa.Column("answered_at", UtcDateTime(), nullable=True),
        sa.Column("decided_at", UtcDateTime(), nullable=True),
        sa.Column("delivered_at", UtcDateTime(), nullable=True),
        sa.Column("told_at", UtcDateTime(), nullable=True),
        sa.CheckConstraint(
            "ask_reason IN ('random', 'unsure', 'skipped')", name=op.f("ck_feedback_items_ask_reason_known")
        ),
        sa.CheckConstraint(
            "given_language IN ('en', 'zh-Hans', 'zh-Hant', 'mixed', 'other')",
            name=op.f("ck_feedback_items_given_language_known"),
        ),
        sa.CheckConstraint(
            "kind IN ('praise', 'complaint', 'suggestion', 'question', 'help', 'remark')",
            name=op.f("ck_feedback_items_kind_known"),
        ),
        sa.CheckConstraint(
            "language IN ('en', 'zh-Hans', 'zh-Hant', 'mixed', 'other')",
            name=op.f("ck_feedback_items_language_known"),
        ),
        sa.CheckConstraint(
            "sentiment IN ('pos', 'neu', 'neg', 'mixed')", name=op.f("ck_feedback_items_sentiment_known")
        ),
        sa.CheckConstraint(
            "source IN ('idea', 'comment', 'survey', 'import', 'mail', 'api')",
            name=op.f("ck_feedback_items_source_known"),
        ),
        sa.CheckConstraint(
            "stage IN ('received', 'read', 'with_person', 'answered', 'decided', 'delivered')",
            name=op.f("ck_feedback_items_stage_known"),
        ),
        sa.CheckConstraint(
            "state IN ('waiting', 'read', 'failed', 'withdrawn')", name=op.f("ck_feedback_items_state_known")
        ),
        sa.CheckConstraint("urgency BETWEEN 0 AND 3", name=op.f("ck_feedback_items_urgency_known")),
        sa.ForeignKeyConstraint(
            ["author_id"], ["members.id"], name=op.f("fk_feedback_items_author_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["batch_id"], ["reading_batches.id"], name=op.f("fk_feedback_items_batch_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["import_id"],
            ["feedback_imports.id"],
            name=op.f("fk_feedback_items_import_id"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["panel_id"], ["panels.id"], name=op.f("fk_feedback_items_panel_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["topic_id"], ["topics.id"], name=op.f("fk_feedback_items_topic_id"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_feedback_items")),
        sa.UniqueConstraint(
            "panel_id",
            "source",
            "source_name",
            "source_id",
            name=op.f("uq_feedback_items_panel_id_source_source_name_source_id"),
        ),
    )
    with op.batch_alter_table("feedback_items", schema=None) as batch_op:
        batch_op.create_index(
            "ix_feedback_items_asked",
            ["panel_id", "id"],
            unique=False,
            sqlite_where=sa.text("ask_reason IS NOT NULL"),
            postgresql_where=sa.text("ask_reason IS NOT NULL"),
        )
        batch_op.create_index("ix_feedback_items_author", ["author_id", "said_at", "id"], unique=False)
        batch_op.create_index(batch_op.f("ix_feedback_items_batch_id"), ["batch_id"], unique=False)
        batch_op.create_index(
            "ix_feedback_items_failed",
            ["id"],
            unique=False,
            sqlite_where=sa.text("state = 'failed'"),
            postgresql_where=sa.text("state = 'failed'"),
        )
        batch_op.create_index(batch_op.f("ix_feedback_items_import_id"), ["import_id"], unique=False)
        batch_op.create_index("ix_feedback_items_panel", ["panel_id", "said_at", "id"], unique=False)
        batch_op.create_index("ix_feedback_items_said", ["said_at", "id"], unique=False)
        batch_op.create_index(batch_op.f("ix_feedback_items_thread"), ["thread"], unique=False)
        batch_op.create_index("ix_feedback_items_topic", ["topic_id", "said_at"], unique=False)
        batch_op.create_index(
            "ix_feedback_items_waiting",
            ["id"],
            unique=False,
            sqlite_where=sa.text("state = 'waiting'"),
            postgresql_where=sa.text("state = 'waiting'"),
        )

    op.create_table(
        "refused_rows",
        sa.Column("import_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("reason", sa.String(length=30), nullable=False),
        sa.Column("values", sa.JSON(), nullable=False),
        sa.Column("cells", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["import_id"], ["feedback_imports.id"], name=op.f("fk_refused_rows_import_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("import_id", "number", name=op.f("pk_refused_rows")),
    )
    op.create_table(
        "case_items",
        sa.Column("case_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("item_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("is_own", sa.Boolean(), server_default=sa.true(), nullable=False),
        sa.Column("added_at", UtcDateTime(), nullable=False),
        sa.Column("help_rating", sa.Integer(), nullable=True),
        sa.Column("help_comment", sa.Text(), server_default=sa.text("('')"), nullable=False),
        sa.Column("helped_at", UtcDateTime(), nullable=True),
        sa.CheckConstraint("help_rating BETWEEN 1 AND 5", name=op.f("ck_case_items_help_rating_known")),
        sa.ForeignKeyConstraint(
            ["case_id"], ["cases.id"], name=op.f("fk_case_items_case_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["item_id"], ["feedback_items.id"], name=op.f("fk_case_items_item_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("case_id", "item_id", name=op.f("pk_case_items")),
    )
    with op.batch_alter_table("case_items", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_case_items_item_id"), ["item_id"], unique=False)
        batch_op.create_index(
            "uq_case_items_own",
            ["item_id"],
            unique=True,
            sqlite_where=sa.text("is_own"),
            postgresql_where=sa.text("is_own"),
        )

    op.create_table(
        "corrections",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("item_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("panel_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("field", sa.String(length=30), nullable=False),
        sa.Column("value", sa.String(length=40), nullable=False),
        sa.Column("was", sa.String(length=40), server_default=sa.text("('')"), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("language", sa.String(length=10), nullable=False),
        sa.Column("is_random", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("made_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("made_at", UtcDateTime(), nullable=False),
        sa.Column("withdrawn_at", UtcDateTime(), nullable=True),
        sa.CheckConstraint(
            "field IN ('sentiment', 'kind', 'topic')", name=op.f("ck_corrections_field_known")
        ),
        sa.ForeignKeyConstraint(
            ["item_id"], ["feedback_items.id"], name=op.f("fk_corrections_item_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["made_by_id"], ["members.id"], name=op.f("fk_corrections_made_by_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["panel_id"], ["panels.id"], name=op.f("fk_corrections_panel_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_corrections")),
    )
    with op.batch_alter_table("corrections", schema=None) as batch_op:
        batch_op.create_index("ix_corrections_field", ["field", "id"], unique=False)
        batch_op.create_index(batch_op.f("ix_corrections_item_id"), ["item_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_corrections_panel_id"), ["panel_id"], unique=False)

    op.create_table(
        "item_topics",
        sa.Column("item_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("topic_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("confidence", sa.Float(precision=53), nullable=False),
        sa.Column("is_settled", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.ForeignKeyConstraint(
            ["item_id"], ["feedback_items.id"], name=op.f("fk_item_topics_item_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["topic_id"], ["topics.id"], name=op.f("fk_item_topics_topic_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("item_id", "topic_id", name=op.f("pk_item_topics")),
    )
    with op.batch_alter_table("item_topics", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_item_topics_topic_id"), ["topic_id"], unique=False)

    op.create_table(
        "passed_on_praise",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("item_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("member_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("rule_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("passed_on_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["item_id"], ["feedback_items.id"], name=op.f("fk_passed_on_praise_item_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["member_id"], ["members.id"], name=op.f("fk_passed_on_praise_member_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["rule_id"], ["routing_rules.id"], name=op.f("fk_passed_on_praise_rule_id"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_passed_on_praise")),
        sa.UniqueConstraint("item_id", "member_id", name=op.f("uq_passed_on_praise_item_id_member_id")),
    )
    with op.batch_alter_table("passed_on_praise", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_passed_on_praise_member_id"), ["member_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_passed_on_praise_rule_id"), ["rule_id"], unique=False)

    for statement in SEARCH_AND_HISTORY[op.get_bind().dialect.name]:
        op.execute(sa.DDL(statement.replace("%", "%%")))
    for table, rows in FIRST_ROWS:
        op.bulk_insert(table, rows)


def downgrade() -> None:
    """Go back."""
    for statement in SEARCH_GONE[op.get_bind().dialect.name]:
        op.execute(sa.DDL(statement))
    with op.batch_alter_table("passed_on_praise", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_passed_on_praise_rule_id"))
        batch_op.drop_index(batch_op.f("ix_passed_on_praise_member_id"))

    op.drop_table("passed_on_praise")
    with op.batch_alter_table("item_topics", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_item_topics_topic_id"))

    op.drop_table("item_topics")
    with op.batch_alter_table("corrections", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_corrections_panel_id"))
        batch_op.drop_index(batch_op.f("ix_corrections_item_id"))
        batch_op.drop_index("ix_corrections_field")

    op.drop_table("corrections")
    with op.batch_alter_table("case_items", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_case_items_own", sqlite_where=sa.text("is_own"), postgresql_where=sa.text("is_own")
        )
        batch_op.drop_index(batch_op.f("ix_case_items_item_id"))

    op.drop_table("case_items")
    op.drop_table("refused_rows")
    with op.batch_alter_table("feedback_items", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_feedback_items_waiting",
            sqlite_where=sa.text("state = 'waiting'"),
            postgresql_where=sa.text("state = 'waiting'"),
        )
        batch_op.drop_index("ix_feedback_items_topic")
        batch_op.drop_index(batch_op.f("ix_feedback_items_thread"))
        batch_op.drop_index("ix_feedback_items_said")
        batch_op.drop_index("ix_feedback_items_panel")
        batch_op.drop_index(batch_op.f("ix_feedback_items_import_id"))
        batch_op.drop_index(
            "ix_feedback_items_failed",
            sqlite_where=sa.text("state = 'failed'"),
            postgresql_where=sa.text("state = 'failed'"),
        )
        batch_op.drop_index(batch_op.f("ix_feedback_items_batch_id"))
        batch_op.drop_index("ix_feedback_items_author")
        batch_op.drop_index(
            "ix_feedback_items_asked",
            sqlite_where=sa.text("ask_reason IS NOT NULL"),
            postgresql_where=sa.text("ask_reason IS NOT NULL"),
        )

    op.drop_table("feedback_items")
    with op.batch_alter_table("case_messages", schema=None) as batch_op:
        batch_op.drop_index("ix_case_messages_case")
        batch_op.drop_index(batch_op.f("ix_case_messages_author_id"))

    op.drop_table("case_messages")
    with op.batch_alter_table("case_events", schema=None) as batch_op:
        batch_op.drop_index("ix_case_events_case")

    op.drop_table("case_events")
    with op.batch_alter_table("feedback_imports", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_feedback_imports_panel_id"))

    op.drop_table("feedback_imports")
    with op.batch_alter_table("cases", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_cases_topic_id"))
        batch_op.drop_index(batch_op.f("ix_cases_team_id"))
        batch_op.drop_index(batch_op.f("ix_cases_service_level_id"))
        batch_op.drop_index(batch_op.f("ix_cases_rule_id"))
        batch_op.drop_index("ix_cases_remind")
        batch_op.drop_index("ix_cases_promised")
        batch_op.drop_index(batch_op.f("ix_cases_process_owner_id"))
        batch_op.drop_index("ix_cases_panel")
        batch_op.drop_index(batch_op.f("ix_cases_escalated_to_id"))
        batch_op.drop_index("ix_cases_due")
        batch_op.drop_index("ix_cases_desk")

    op.drop_table("cases")
    with op.batch_alter_table("topics", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_topics_process_owner_id"))
        batch_op.drop_index(batch_op.f("ix_topics_parent_id"))
        batch_op.drop_index(batch_op.f("ix_topics_owner_id"))

    op.drop_table("topics")
    with op.batch_alter_table("team_members", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_team_members_member_id"))

    op.drop_table("team_members")
    op.drop_table("site_words")
    with op.batch_alter_table("service_levels", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_service_levels_segment_id"))
        batch_op.drop_index(batch_op.f("ix_service_levels_escalate_to_id"))

    op.drop_table("service_levels")
    with op.batch_alter_table("routing_rules", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_routing_rules_team_id"))
        batch_op.drop_index(batch_op.f("ix_routing_rules_process_owner_id"))
        batch_op.drop_index(batch_op.f("ix_routing_rules_owner_id"))

    op.drop_table("routing_rules")
    with op.batch_alter_table("learned_models", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_learned_models_live",
            sqlite_where=sa.text("state = 'live'"),
            postgresql_where=sa.text("state = 'live'"),
        )

    op.drop_table("learned_models")
    with op.batch_alter_table("absences", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_absences_member_id"))

    op.drop_table("absences")
    op.drop_table("working_hours")
    op.drop_table("teams")
    op.drop_table("reply_templates")
    with op.batch_alter_table("reading_batches", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_reading_batches_read_at"))

    op.drop_table("reading_batches")
    op.drop_table("listening")
    for statement in HISTORY_GONE[op.get_bind().dialect.name]:
        op.execute(sa.DDL(statement))
