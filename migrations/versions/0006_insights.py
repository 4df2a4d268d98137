"""Reports, their files, and feedback counted ahead of them."""

import sqlalchemy as sa
from alembic import op

from community.infra.db import UtcDateTime

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


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
        "rollup_strata",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("segments", sa.String(length=400), nullable=False),
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
        "rollup_cells",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("panel_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("stratum_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("topic_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("language", sa.String(length=10), nullable=True),
        sa.Column("sentiment", sa.String(length=10), nullable=True),
        sa.Column("kind", sa.String(length=20), nullable=True),
        sa.Column("source", sa.String(length=30), nullable=False),
        sa.Column("is_read", sa.Boolean(), nullable=False),
        sa.Column("item_count", sa.Integer(), nullable=False),
        sa.Column("told_count", sa.Integer(), nullable=False),
        sa.Column("score_count", sa.Integer(), nullable=False),
        sa.Column("score_sum", sa.Float(precision=53), nullable=False),
        sa.Column("score_square_sum", sa.Float(precision=53), nullable=False),
        sa.Column("rating_count", sa.Integer(), nullable=False),
        sa.Column("rating_sum", sa.Float(precision=53), nullable=False),
        sa.Column("nameless_count", sa.Integer(), nullable=False),
        sa.Column("people", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["panel_id"], ["panels.id"], name=op.f("fk_rollup_cells_panel_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["stratum_id"], ["rollup_strata.id"], name=op.f("fk_rollup_cells_stratum_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rollup_cells")),
    )
    with op.batch_alter_table("rollup_cells", schema=None) as batch_op:
        batch_op.create_index("ix_rollup_cells_piece", ["panel_id", "starts_on"], unique=False)

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
        sa.Column("byte_count", sa.Integer(), nullable=True),
        sa.Column("asked_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("asked_at", UtcDateTime(), nullable=False),
        sa.Column("made_at", UtcDateTime(), nullable=True),
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


def downgrade() -> None:
    """Go back."""
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
    with op.batch_alter_table("rollup_cells", schema=None) as batch_op:
        batch_op.drop_index("ix_rollup_cells_piece")

    op.drop_table("rollup_cells")
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
    with op.batch_alter_table("rollup_marks", schema=None) as batch_op:
        batch_op.drop_index("ix_rollup_marks_piece")

    op.drop_table("rollup_marks")
