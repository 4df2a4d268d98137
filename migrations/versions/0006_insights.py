"""Reports, their files, and feedback counted ahead of them."""

import sqlalchemy as sa
from alembic import op

from community.infra.db import UtcDateTime

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


MARKING = {
    "sqlite": (
        "CREATE TRIGGER feedback_items_mark_insert AFTER INSERT ON feedback_items BEGIN INSERT INTO rollup_marks (panel_id, starts_on) SELECT new.panel_id, max(date(new.said_at, 'weekday 0', '-6 days'), date(new.said_at, 'start of month')) WHERE NOT EXISTS (SELECT 1 FROM rollup_marks WHERE panel_id = new.panel_id AND starts_on = max(date(new.said_at, 'weekday 0', '-6 days'), date(new.said_at, 'start of month'))); END",  # noqa: E501
        "CREATE TRIGGER feedback_items_mark_delete AFTER DELETE ON feedback_items BEGIN INSERT INTO rollup_marks (panel_id, starts_on) SELECT old.panel_id, max(date(old.said_at, 'weekday 0', '-6 days'), date(old.said_at, 'start of month')) WHERE NOT EXISTS (SELECT 1 FROM rollup_marks WHERE panel_id = old.panel_id AND starts_on = max(date(old.said_at, 'weekday 0', '-6 days'), date(old.said_at, 'start of month'))); END",  # noqa: E501
        "CREATE TRIGGER feedback_items_mark_update AFTER UPDATE OF panel_id, said_at, state, author_id, author_key, topic_id, language, sentiment, score, kind, source, rating, told_at ON feedback_items WHEN old.panel_id IS NOT new.panel_id OR old.said_at IS NOT new.said_at OR old.state IS NOT new.state OR old.author_id IS NOT new.author_id OR old.author_key IS NOT new.author_key OR old.topic_id IS NOT new.topic_id OR old.language IS NOT new.language OR old.sentiment IS NOT new.sentiment OR old.score IS NOT new.score OR old.kind IS NOT new.kind OR old.source IS NOT new.source OR old.rating IS NOT new.rating OR old.told_at IS NOT new.told_at BEGIN INSERT INTO rollup_marks (panel_id, starts_on) SELECT old.panel_id, max(date(old.said_at, 'weekday 0', '-6 days'), date(old.said_at, 'start of month')) WHERE NOT EXISTS (SELECT 1 FROM rollup_marks WHERE panel_id = old.panel_id AND starts_on = max(date(old.said_at, 'weekday 0', '-6 days'), date(old.said_at, 'start of month'))); INSERT INTO rollup_marks (panel_id, starts_on) SELECT new.panel_id, max(date(new.said_at, 'weekday 0', '-6 days'), date(new.said_at, 'start of month')) WHERE NOT EXISTS (SELECT 1 FROM rollup_marks WHERE panel_id = new.panel_id AND starts_on = max(date(new.said_at, 'weekday 0', '-6 days'), date(new.said_at, 'start of month'))); END",  # noqa: E501
        "INSERT INTO rollup_marks (panel_id, starts_on) SELECT DISTINCT panel_id, max(date(feedback_items.said_at, 'weekday 0', '-6 days'), date(feedback_items.said_at, 'start of month')) FROM feedback_items",  # noqa: E501
    ),
    "postgresql": (
        "CREATE FUNCTION feedback_items_mark_insert() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN INSERT INTO rollup_marks (panel_id, starts_on) SELECT n.panel_id, GREATEST(date_trunc('week', n.said_at AT TIME ZONE 'UTC'), date_trunc('month', n.said_at AT TIME ZONE 'UTC'))::date FROM new_rows n GROUP BY 1, 2; RETURN NULL; END $$",  # noqa: E501
        "CREATE TRIGGER feedback_items_mark_insert AFTER INSERT ON feedback_items REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION feedback_items_mark_insert()",  # noqa: E501
        "CREATE FUNCTION feedback_items_mark_delete() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN INSERT INTO rollup_marks (panel_id, starts_on) SELECT o.panel_id, GREATEST(date_trunc('week', o.said_at AT TIME ZONE 'UTC'), date_trunc('month', o.said_at AT TIME ZONE 'UTC'))::date FROM old_rows o GROUP BY 1, 2; RETURN NULL; END $$",  # noqa: E501
        "CREATE TRIGGER feedback_items_mark_delete AFTER DELETE ON feedback_items REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION feedback_items_mark_delete()",  # noqa: E501
        "CREATE FUNCTION feedback_items_mark_update() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN INSERT INTO rollup_marks (panel_id, starts_on) SELECT o.panel_id, GREATEST(date_trunc('week', o.said_at AT TIME ZONE 'UTC'), date_trunc('month', o.said_at AT TIME ZONE 'UTC'))::date FROM old_rows o JOIN new_rows n ON n.id = o.id WHERE (o.panel_id, o.said_at, o.state, o.author_id, o.author_key, o.topic_id, o.language, o.sentiment, o.score, o.kind, o.source, o.rating, o.told_at) IS DISTINCT FROM (n.panel_id, n.said_at, n.state, n.author_id, n.author_key, n.topic_id, n.language, n.sentiment, n.score, n.kind, n.source, n.rating, n.told_at) UNION SELECT n.panel_id, GREATEST(date_trunc('week', n.said_at AT TIME ZONE 'UTC'), date_trunc('month', n.said_at AT TIME ZONE 'UTC'))::date FROM old_rows o JOIN new_rows n ON n.id = o.id WHERE (o.panel_id, o.said_at, o.state, o.author_id, o.author_key, o.topic_id, o.language, o.sentiment, o.score, o.kind, o.source, o.rating, o.told_at) IS DISTINCT FROM (n.panel_id, n.said_at, n.state, n.author_id, n.author_key, n.topic_id, n.language, n.sentiment, n.score, n.kind, n.source, n.rating, n.told_at); RETURN NULL; END $$",  # noqa: E501
        "CREATE TRIGGER feedback_items_mark_update AFTER UPDATE ON feedback_items REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION feedback_items_mark_update()",  # noqa: E501
        "INSERT INTO rollup_marks (panel_id, starts_on) SELECT DISTINCT panel_id, GREATEST(date_trunc('week', feedback_items.said_at AT TIME ZONE 'UTC'), date_trunc('month', feedback_items.said_at AT TIME ZONE 'UTC'))::date FROM feedback_items",  # noqa: E501
    ),
}
MARKING_GONE = {
    "sqlite": (
        "DROP TRIGGER IF EXISTS feedback_items_mark_insert",
        "DROP TRIGGER IF EXISTS feedback_items_mark_update",
        "DROP TRIGGER IF EXISTS feedback_items_mark_delete",
    ),
    "postgresql": (
        "DROP TRIGGER IF EXISTS feedback_items_mark_insert ON feedback_items",
        "DROP TRIGGER IF EXISTS feedback_items_mark_update ON feedback_items",
        "DROP TRIGGER IF EXISTS feedback_items_mark_delete ON feedback_items",
        "DROP FUNCTION IF EXISTS feedback_items_mark_insert()",
        "DROP FUNCTION IF EXISTS feedback_items_mark_update()",
        "DROP FUNCTION IF EXISTS feedback_items_mark_delete()",
    ),
}


def upgrade() -> None:
    """Go to this release."""
    op.create_table(
        "rollup_marks",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("panel_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rollup_marks")),
    )
    with op.batch_alter_table("rollup_marks", schema=None) as batch_op:
        batch_op.create_index("ix_rollup_marks_piece", ["panel_id", "starts_on"], unique=False)

    op.create_table(
        "rollup_names",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("author_key", sa.String(length=100), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rollup_names")),
        sa.UniqueConstraint("author_key", name=op.f("uq_rollup_names_author_key")),
    )
    op.create_table(
        "rollup_strata",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("segments", sa.String(length=2000), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rollup_strata")),
        sa.UniqueConstraint("segments", name=op.f("uq_rollup_strata_segments")),
    )
    op.create_table(
        "report_templates",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("kind", sa.String(length=30), nullable=False),
        sa.Column("settings", sa.JSON(), nullable=False),
        sa.Column("period", sa.String(length=30), nullable=False),
        sa.Column("locale", sa.String(length=10), nullable=False),
        sa.Column("made_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("made_at", UtcDateTime(), nullable=False),
        sa.Column("archived_at", UtcDateTime(), nullable=True),
        sa.CheckConstraint(
            "kind IN ('voice', 'ideas', 'loop', 'portrait', 'surveys', 'health', 'drivers')",
            name=op.f("ck_report_templates_kind_known"),
        ),
        sa.CheckConstraint(
            "period IN ('last_week', 'last_month', 'last_quarter', 'last_year', 'last_30_days', 'last_90_days', 'fixed')",  # noqa: E501
            name=op.f("ck_report_templates_period_known"),
        ),
        sa.ForeignKeyConstraint(
            ["made_by_id"], ["members.id"], name=op.f("fk_report_templates_made_by_id"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_report_templates")),
    )
    with op.batch_alter_table("report_templates", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_report_templates_made_by_id"), ["made_by_id"], unique=False)

    op.create_table(
        "rollup_stratum_members",
        sa.Column("member_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("stratum_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(
            ["member_id"],
            ["members.id"],
            name=op.f("fk_rollup_stratum_members_member_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["stratum_id"],
            ["rollup_strata.id"],
            name=op.f("fk_rollup_stratum_members_stratum_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("member_id", name=op.f("pk_rollup_stratum_members")),
    )
    with op.batch_alter_table("rollup_stratum_members", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_rollup_stratum_members_stratum_id"), ["stratum_id"], unique=False
        )

    op.create_table(
        "report_schedules",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("template_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("rhythm", sa.String(length=30), nullable=False),
        sa.Column("next_at", UtcDateTime(), nullable=True),
        sa.Column("made_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("made_at", UtcDateTime(), nullable=False),
        sa.CheckConstraint("rhythm IN ('weekly', 'monthly')", name=op.f("ck_report_schedules_rhythm_known")),
        sa.ForeignKeyConstraint(
            ["made_by_id"], ["members.id"], name=op.f("fk_report_schedules_made_by_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["template_id"],
            ["report_templates.id"],
            name=op.f("fk_report_schedules_template_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_report_schedules")),
    )
    with op.batch_alter_table("report_schedules", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_report_schedules_next_at"), ["next_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_report_schedules_template_id"), ["template_id"], unique=False)

    op.create_table(
        "rollup_blocks",
        sa.Column("cut", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("panel_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("span", sa.String(length=30), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("cells", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint("span IN ('piece', 'month')", name=op.f("ck_rollup_blocks_span_known")),
        sa.ForeignKeyConstraint(
            ["panel_id"], ["panels.id"], name=op.f("fk_rollup_blocks_panel_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("cut", "panel_id", "span", "starts_on", name=op.f("pk_rollup_blocks")),
    )
    with op.batch_alter_table("rollup_blocks", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_rollup_blocks_panel_id"), ["panel_id"], unique=False)

    op.create_table(
        "rollup_months",
        sa.Column("panel_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(
            ["panel_id"], ["panels.id"], name=op.f("fk_rollup_months_panel_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("panel_id", "starts_on", name=op.f("pk_rollup_months")),
    )
    op.create_table(
        "report_recipients",
        sa.Column("schedule_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("member_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(
            ["member_id"], ["members.id"], name=op.f("fk_report_recipients_member_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["schedule_id"],
            ["report_schedules.id"],
            name=op.f("fk_report_recipients_schedule_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("schedule_id", "member_id", name=op.f("pk_report_recipients")),
    )
    with op.batch_alter_table("report_recipients", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_report_recipients_member_id"), ["member_id"], unique=False)

    op.create_table(
        "reports",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("kind", sa.String(length=30), nullable=False),
        sa.Column("title", sa.String(length=160), nullable=False),
        sa.Column("settings", sa.JSON(), nullable=False),
        sa.Column("locale", sa.String(length=10), nullable=False),
        sa.Column("template_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("schedule_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("due_at", UtcDateTime(), nullable=True),
        sa.Column("asked_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("asked_at", UtcDateTime(), nullable=False),
        sa.Column("state", sa.String(length=30), nullable=False),
        sa.Column("held_until", UtcDateTime(), nullable=True),
        sa.Column("attempt_count", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("step_count", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("done_count", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("cancel_asked_at", UtcDateTime(), nullable=True),
        sa.Column("data_at", UtcDateTime(), nullable=True),
        sa.Column("finished_at", UtcDateTime(), nullable=True),
        sa.Column("item_count", sa.Integer(), nullable=True),
        sa.Column("people_count", sa.Integer(), nullable=True),
        sa.Column("snapshot", sa.Text(), nullable=True),
        sa.Column("fingerprint", sa.String(length=64), server_default=sa.text("''"), nullable=False),
        sa.Column("error", sa.String(length=200), server_default=sa.text("''"), nullable=False),
        sa.CheckConstraint(
            "kind IN ('voice', 'ideas', 'loop', 'portrait', 'surveys', 'health', 'drivers')",
            name=op.f("ck_reports_kind_known"),
        ),
        sa.CheckConstraint(
            "state IN ('waiting', 'running', 'done', 'failed', 'cancelled')",
            name=op.f("ck_reports_state_known"),
        ),
        sa.ForeignKeyConstraint(
            ["asked_by_id"], ["members.id"], name=op.f("fk_reports_asked_by_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["schedule_id"], ["report_schedules.id"], name=op.f("fk_reports_schedule_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["template_id"], ["report_templates.id"], name=op.f("fk_reports_template_id"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reports")),
        sa.UniqueConstraint("schedule_id", "due_at", name=op.f("uq_reports_schedule_id_due_at")),
    )
    with op.batch_alter_table("reports", schema=None) as batch_op:
        batch_op.create_index("ix_reports_asked", ["asked_at", "id"], unique=False)
        batch_op.create_index(batch_op.f("ix_reports_asked_by_id"), ["asked_by_id"], unique=False)
        batch_op.create_index(
            "ix_reports_owed",
            ["id"],
            unique=False,
            sqlite_where=sa.text("state IN ('waiting', 'running')"),
            postgresql_where=sa.text("state IN ('waiting', 'running')"),
        )
        batch_op.create_index(batch_op.f("ix_reports_template_id"), ["template_id"], unique=False)

    op.create_table(
        "insight_files",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("report_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("settings", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("format", sa.String(length=30), nullable=False),
        sa.Column("locale", sa.String(length=10), nullable=False),
        sa.Column("has_bom", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("has_people", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("state", sa.String(length=30), nullable=False),
        sa.Column("held_until", UtcDateTime(), nullable=True),
        sa.Column("attempt_count", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("row_count", sa.Integer(), nullable=True),
        sa.Column("done_count", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("cancel_asked_at", UtcDateTime(), nullable=True),
        sa.Column("key", sa.String(length=32), nullable=True),
        sa.Column("name", sa.String(length=160), server_default=sa.text("''"), nullable=False),
        sa.Column("byte_count", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("asked_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("asked_at", UtcDateTime(), nullable=False),
        sa.Column("made_at", UtcDateTime(), nullable=True),
        sa.Column("quotes_mark", sa.String(length=64), server_default=sa.text("''"), nullable=False),
        sa.Column("error", sa.String(length=200), server_default=sa.text("''"), nullable=False),
        sa.CheckConstraint(
            "format IN ('html', 'pdf', 'xlsx', 'csv', 'parquet', 'json', 'jsonl')",
            name=op.f("ck_insight_files_format_known"),
        ),
        sa.CheckConstraint(
            "state IN ('waiting', 'running', 'done', 'failed', 'cancelled')",
            name=op.f("ck_insight_files_state_known"),
        ),
        sa.CheckConstraint(
            "(report_id IS NULL) = (settings IS NOT NULL)", name=op.f("ck_insight_files_of_one_thing")
        ),
        sa.ForeignKeyConstraint(
            ["asked_by_id"], ["members.id"], name=op.f("fk_insight_files_asked_by_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["report_id"], ["reports.id"], name=op.f("fk_insight_files_report_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_insight_files")),
    )
    with op.batch_alter_table("insight_files", schema=None) as batch_op:
        batch_op.create_index("ix_insight_files_asked", ["asked_by_id", "asked_at"], unique=False)
        batch_op.create_index(
            "ix_insight_files_owed",
            ["id"],
            unique=False,
            sqlite_where=sa.text("state IN ('waiting', 'running')"),
            postgresql_where=sa.text("state IN ('waiting', 'running')"),
        )
        batch_op.create_index(batch_op.f("ix_insight_files_report_id"), ["report_id"], unique=False)

    op.create_table(
        "report_charts",
        sa.Column("report_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("figure", sa.String(length=80), nullable=False),
        sa.Column("svg", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["report_id"], ["reports.id"], name=op.f("fk_report_charts_report_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("report_id", "figure", name=op.f("pk_report_charts")),
    )
    op.create_table(
        "report_panels",
        sa.Column("report_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("panel_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(
            ["panel_id"], ["panels.id"], name=op.f("fk_report_panels_panel_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["report_id"], ["reports.id"], name=op.f("fk_report_panels_report_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("report_id", "panel_id", name=op.f("pk_report_panels")),
    )
    with op.batch_alter_table("report_panels", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_report_panels_panel_id"), ["panel_id"], unique=False)

    op.create_table(
        "report_quotes",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("report_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("figure", sa.String(length=80), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("item_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("source", sa.String(length=200), nullable=False),
        sa.Column("language", sa.String(length=10), server_default=sa.text("''"), nullable=False),
        sa.Column("sentiment", sa.String(length=10), server_default=sa.text("''"), nullable=False),
        sa.ForeignKeyConstraint(
            ["item_id"], ["feedback_items.id"], name=op.f("fk_report_quotes_item_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["report_id"], ["reports.id"], name=op.f("fk_report_quotes_report_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_report_quotes")),
    )
    with op.batch_alter_table("report_quotes", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_report_quotes_item_id"), ["item_id"], unique=False)
        batch_op.create_index("ix_report_quotes_report", ["report_id", "figure", "position"], unique=False)

    for statement in MARKING[op.get_bind().dialect.name]:
        op.execute(sa.DDL(statement.replace("%", "%%")))


def downgrade() -> None:
    """Go back."""
    for statement in MARKING_GONE[op.get_bind().dialect.name]:
        op.execute(sa.DDL(statement))
    with op.batch_alter_table("report_quotes", schema=None) as batch_op:
        batch_op.drop_index("ix_report_quotes_report")
        batch_op.drop_index(batch_op.f("ix_report_quotes_item_id"))

    op.drop_table("report_quotes")
    with op.batch_alter_table("report_panels", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_report_panels_panel_id"))

    op.drop_table("report_panels")
    op.drop_table("report_charts")
    with op.batch_alter_table("insight_files", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_insight_files_report_id"))
        batch_op.drop_index(
            "ix_insight_files_owed",
            sqlite_where=sa.text("state IN ('waiting', 'running')"),
            postgresql_where=sa.text("state IN ('waiting', 'running')"),
        )
        batch_op.drop_index("ix_insight_files_asked")

    op.drop_table("insight_files")
    with op.batch_alter_table("reports", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_reports_template_id"))
        batch_op.drop_index(
            "ix_reports_owed",
            sqlite_where=sa.text("state IN ('waiting', 'running')"),
            postgresql_where=sa.text("state IN ('waiting', 'running')"),
        )
        batch_op.drop_index(batch_op.f("ix_reports_asked_by_id"))
        batch_op.drop_index("ix_reports_asked")

    op.drop_table("reports")
    with op.batch_alter_table("report_recipients", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_report_recipients_member_id"))

    op.drop_table("report_recipients")
    op.drop_table("rollup_months")
    with op.batch_alter_table("rollup_blocks", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_rollup_blocks_panel_id"))

    op.drop_table("rollup_blocks")
    with op.batch_alter_table("report_schedules", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_report_schedules_template_id"))
        batch_op.drop_index(batch_op.f("ix_report_schedules_next_at"))

    op.drop_table("report_schedules")
    with op.batch_alter_table("rollup_stratum_members", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_rollup_stratum_members_stratum_id"))

    op.drop_table("rollup_stratum_members")
    with op.batch_alter_table("report_templates", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_report_templates_made_by_id"))

    op.drop_table("report_templates")
    op.drop_table("rollup_strata")
    op.drop_table("rollup_names")
    with op.batch_alter_table("rollup_marks", schema=None) as batch_op:
        batch_op.drop_index("ix_rollup_marks_piece")

    op.drop_table("rollup_marks")
