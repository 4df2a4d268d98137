"""Surveys: what is asked, of whom, what was answered, and what it comes to."""

import sqlalchemy as sa
from alembic import op

from community.infra.db import UtcDateTime

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


HISTORY = {
    "sqlite": (
        "CREATE TRIGGER survey_response_decisions_no_update BEFORE update ON survey_response_decisions BEGIN SELECT RAISE(ABORT, 'survey_response_decisions is append-only'); END",  # noqa: E501
        "CREATE TRIGGER survey_response_decisions_no_delete BEFORE delete ON survey_response_decisions BEGIN SELECT RAISE(ABORT, 'survey_response_decisions is append-only'); END",  # noqa: E501
    ),
    "postgresql": (
        "CREATE FUNCTION survey_response_decisions_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'survey_response_decisions is append-only'; END $$",  # noqa: E501
        "CREATE TRIGGER survey_response_decisions_no_change BEFORE UPDATE OR DELETE ON survey_response_decisions FOR EACH ROW EXECUTE FUNCTION survey_response_decisions_is_append_only()",  # noqa: E501
    ),
}
HISTORY_GONE = {
    "sqlite": (),
    "postgresql": (
        "DROP FUNCTION IF EXISTS survey_response_decisions_is_append_only()",
    ),
}
FIRST_BUDGET = {
    "id": 1,
    "invitation_limit": 4,
    "per_days": 30,
    "long_minutes": 10,
    "rest_days": 14,
    "remind_after_days": 3,
}


def upgrade() -> None:
    """Go to this release."""
    op.create_table(
        "contact_budget",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("invitation_limit", sa.Integer(), server_default=sa.text("4"), nullable=False),
        sa.Column("per_days", sa.Integer(), server_default=sa.text("(30)"), nullable=False),
        sa.Column("long_minutes", sa.Integer(), server_default=sa.text("(10)"), nullable=False),
        sa.Column("rest_days", sa.Integer(), server_default=sa.text("(14)"), nullable=False),
        sa.Column("remind_after_days", sa.Integer(), server_default=sa.text("3"), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contact_budget")),
    )
    op.create_table(
        "survey_mail_refusals",
        sa.Column("member_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("refused_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["member_id"], ["members.id"], name=op.f("fk_survey_mail_refusals_member_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("member_id", name=op.f("pk_survey_mail_refusals")),
    )
    op.create_table(
        "weight_targets",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("source", sa.String(length=200), nullable=False),
        sa.Column("as_of", sa.Date(), nullable=False),
        sa.Column("margins", sa.JSON(), nullable=False),
        sa.Column("created_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("archived_at", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["created_by_id"],
            ["members.id"],
            name=op.f("fk_weight_targets_created_by_id"),
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_weight_targets")),
    )
    op.create_table(
        "surveys",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("kind", sa.String(length=30), nullable=False),
        sa.Column("state", sa.String(length=30), nullable=False),
        sa.Column("title", sa.JSON(), nullable=False),
        sa.Column("purpose", sa.JSON(), nullable=False),
        sa.Column("thanks", sa.JSON(), nullable=False),
        sa.Column("languages", sa.JSON(), nullable=False),
        sa.Column("owner_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("idea_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("asked_of", sa.String(length=30), nullable=True),
        sa.Column("segment_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("sampling", sa.String(length=30), nullable=False),
        sa.Column("sample_size", sa.Integer(), nullable=True),
        sa.Column("sample_seed", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("points", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("minutes", sa.Integer(), server_default=sa.text("2"), nullable=False),
        sa.Column("shuffles_questions", sa.Boolean(), nullable=False),
        sa.Column("shows_results", sa.Boolean(), nullable=False),
        sa.Column("opens_at", UtcDateTime(), nullable=True),
        sa.Column("closes_at", UtcDateTime(), nullable=True),
        sa.Column("series_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("wave", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("weight_targets_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("heard", sa.JSON(), nullable=False),
        sa.Column("heard_html", sa.JSON(), nullable=False),
        sa.Column("invited_count", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("started_count", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("completed_count", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("excluded_count", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("answers_changed_at", UtcDateTime(), nullable=True),
        sa.Column("tallied_at", UtcDateTime(), nullable=True),
        sa.Column("flagged_at", UtcDateTime(), nullable=True),
        sa.Column("tally_due_at", UtcDateTime(), nullable=True),
        sa.Column("summary", sa.JSON(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("opened_at", UtcDateTime(), nullable=True),
        sa.Column("closed_at", UtcDateTime(), nullable=True),
        sa.Column("told_back_at", UtcDateTime(), nullable=True),
        sa.CheckConstraint(
            "asked_of IN ('supporters', 'unconvinced')", name=op.f("ck_surveys_asked_of_known")
        ),
        sa.CheckConstraint("kind IN ('survey', 'poll', 'idea')", name=op.f("ck_surveys_kind_known")),
        sa.CheckConstraint(
            "sampling IN ('everyone', 'random', 'quotas')", name=op.f("ck_surveys_sampling_known")
        ),
        sa.CheckConstraint(
            "state IN ('draft', 'preview', 'open', 'closed', 'told_back')",
            name=op.f("ck_surveys_state_known"),
        ),
        sa.CheckConstraint("completed_count >= 0", name=op.f("ck_surveys_completed_count_natural")),
        sa.CheckConstraint("excluded_count >= 0", name=op.f("ck_surveys_excluded_count_natural")),
        sa.CheckConstraint("points >= 0", name=op.f("ck_surveys_points_natural")),
        sa.CheckConstraint("started_count >= 0", name=op.f("ck_surveys_started_count_natural")),
        sa.ForeignKeyConstraint(
            ["idea_id"], ["ideas.id"], name=op.f("fk_surveys_idea_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["owner_id"], ["members.id"], name=op.f("fk_surveys_owner_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["segment_id"], ["segments.id"], name=op.f("fk_surveys_segment_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["series_id"], ["surveys.id"], name=op.f("fk_surveys_series_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["weight_targets_id"],
            ["weight_targets.id"],
            name=op.f("fk_surveys_weight_targets_id"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_surveys")),
        sa.UniqueConstraint("series_id", "wave", name=op.f("uq_surveys_series_id_wave")),
    )
    with op.batch_alter_table("surveys", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_surveys_idea_id"), ["idea_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_surveys_owner_id"), ["owner_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_surveys_segment_id"), ["segment_id"], unique=False)
        batch_op.create_index("ix_surveys_state", ["state", "closes_at"], unique=False)

    op.create_table(
        "survey_cells",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("survey_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("rule", sa.JSON(), nullable=False),
        sa.Column("target_count", sa.Integer(), nullable=False),
        sa.Column("held_count", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("completed_count", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.CheckConstraint("completed_count >= 0", name=op.f("ck_survey_cells_completed_count_natural")),
        sa.CheckConstraint("held_count >= 0", name=op.f("ck_survey_cells_held_count_natural")),
        sa.CheckConstraint("target_count >= 0", name=op.f("ck_survey_cells_target_count_natural")),
        sa.ForeignKeyConstraint(
            ["survey_id"], ["surveys.id"], name=op.f("fk_survey_cells_survey_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_survey_cells")),
    )
    with op.batch_alter_table("survey_cells", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_survey_cells_survey_id"), ["survey_id"], unique=False)

    op.create_table(
        "survey_comparisons",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("before_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("after_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("hypothesis", sa.Text(), nullable=False),
        sa.Column("question_code", sa.String(length=40), nullable=False),
        sa.Column("metric", sa.String(length=30), nullable=False),
        sa.Column("options", sa.JSON(), nullable=False),
        sa.Column("expects", sa.String(length=30), nullable=False),
        sa.Column("cut", sa.String(length=120), nullable=False),
        sa.Column("untouched_cut", sa.String(length=120), nullable=False),
        sa.Column("change_on", sa.Date(), nullable=True),
        sa.Column("created_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("frozen_at", UtcDateTime(), nullable=True),
        sa.Column("frozen_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("measured_at", UtcDateTime(), nullable=True),
        sa.Column("result", sa.JSON(), nullable=False),
        sa.CheckConstraint(
            "expects IN ('up', 'down', 'any')", name=op.f("ck_survey_comparisons_expects_known")
        ),
        sa.CheckConstraint(
            "metric IN ('share', 'mean', 'nps')", name=op.f("ck_survey_comparisons_metric_known")
        ),
        sa.ForeignKeyConstraint(
            ["after_id"], ["surveys.id"], name=op.f("fk_survey_comparisons_after_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["before_id"], ["surveys.id"], name=op.f("fk_survey_comparisons_before_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["created_by_id"],
            ["members.id"],
            name=op.f("fk_survey_comparisons_created_by_id"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["frozen_by_id"],
            ["members.id"],
            name=op.f("fk_survey_comparisons_frozen_by_id"),
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_survey_comparisons")),
    )
    with op.batch_alter_table("survey_comparisons", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_survey_comparisons_after_id"), ["after_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_survey_comparisons_before_id"), ["before_id"], unique=False)

    op.create_table(
        "survey_exports",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("survey_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("format", sa.String(length=30), nullable=False),
        sa.Column("locale", sa.String(length=10), nullable=False),
        sa.Column("state", sa.String(length=30), nullable=False),
        sa.Column("key", sa.String(length=32), nullable=True),
        sa.Column("row_count", sa.Integer(), nullable=True),
        sa.Column("asked_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("asked_at", UtcDateTime(), nullable=False),
        sa.Column("made_at", UtcDateTime(), nullable=True),
        sa.CheckConstraint("format IN ('csv', 'xlsx', 'sav')", name=op.f("ck_survey_exports_format_known")),
        sa.CheckConstraint(
            "state IN ('waiting', 'done', 'failed')", name=op.f("ck_survey_exports_state_known")
        ),
        sa.ForeignKeyConstraint(
            ["asked_by_id"], ["members.id"], name=op.f("fk_survey_exports_asked_by_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["survey_id"], ["surveys.id"], name=op.f("fk_survey_exports_survey_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_survey_exports")),
    )
    with op.batch_alter_table("survey_exports", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_survey_exports_survey_id"), ["survey_id"], unique=False)

    op.create_table(
        "survey_invitations",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("survey_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("member_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("drawn_at", UtcDateTime(), nullable=False),
        sa.Column("told_at", UtcDateTime(), nullable=True),
        sa.Column("reminded_at", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["member_id"], ["members.id"], name=op.f("fk_survey_invitations_member_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["survey_id"], ["surveys.id"], name=op.f("fk_survey_invitations_survey_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_survey_invitations")),
        sa.UniqueConstraint("survey_id", "member_id", name=op.f("uq_survey_invitations_survey_id_member_id")),
    )
    with op.batch_alter_table("survey_invitations", schema=None) as batch_op:
        batch_op.create_index("ix_survey_invitations_told", ["member_id", "told_at"], unique=False)
        batch_op.create_index("ix_survey_invitations_untold", ["survey_id", "told_at"], unique=False)

    op.create_table(
        "survey_panels",
        sa.Column("survey_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("panel_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(
            ["panel_id"], ["panels.id"], name=op.f("fk_survey_panels_panel_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["survey_id"], ["surveys.id"], name=op.f("fk_survey_panels_survey_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("survey_id", "panel_id", name=op.f("pk_survey_panels")),
    )
    with op.batch_alter_table("survey_panels", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_survey_panels_panel_id"), ["panel_id"], unique=False)

    op.create_table(
        "survey_questions",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("survey_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("kind", sa.String(length=30), nullable=False),
        sa.Column("page", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("is_required", sa.Boolean(), nullable=False),
        sa.Column("shuffles_options", sa.Boolean(), nullable=False),
        sa.Column("condition", sa.JSON(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("removed_at", UtcDateTime(), nullable=True),
        sa.CheckConstraint(
            "kind IN ('single', 'several', 'yes_no', 'rating5', 'rating7', 'nps', 'csat', 'ces', 'number', 'date', 'short_text', 'long_text', 'ranking', 'matrix', 'allocation', 'maxdiff', 'kano', 'pairwise', 'opinions', 'moment', 'picture')",  # noqa: E501
            name=op.f("ck_survey_questions_kind_known"),
        ),
        sa.CheckConstraint("page >= 1", name=op.f("ck_survey_questions_page_positive")),
        sa.ForeignKeyConstraint(
            ["survey_id"], ["surveys.id"], name=op.f("fk_survey_questions_survey_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_survey_questions")),
        sa.UniqueConstraint("survey_id", "code", name=op.f("uq_survey_questions_survey_id_code")),
    )
    op.create_table(
        "survey_contenders",
        sa.Column("question_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("idea_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("win_count", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("loss_count", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("tie_count", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("added_at", UtcDateTime(), nullable=False),
        sa.Column("is_out", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["idea_id"], ["ideas.id"], name=op.f("fk_survey_contenders_idea_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["question_id"],
            ["survey_questions.id"],
            name=op.f("fk_survey_contenders_question_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("question_id", "idea_id", name=op.f("pk_survey_contenders")),
    )
    with op.batch_alter_table("survey_contenders", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_survey_contenders_idea_id"), ["idea_id"], unique=False)

    op.create_table(
        "survey_pictures",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("question_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("key", sa.String(length=32), nullable=False),
        sa.Column("extension", sa.String(length=5), nullable=False),
        sa.Column("width", sa.Integer(), nullable=False),
        sa.Column("height", sa.Integer(), nullable=False),
        sa.Column("description", sa.JSON(), nullable=False),
        sa.Column("is_offered", sa.Boolean(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("uploaded_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("uploaded_at", UtcDateTime(), nullable=False),
        sa.Column("removed_at", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["question_id"],
            ["survey_questions.id"],
            name=op.f("fk_survey_pictures_question_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["uploaded_by_id"],
            ["members.id"],
            name=op.f("fk_survey_pictures_uploaded_by_id"),
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_survey_pictures")),
        sa.UniqueConstraint("key", name=op.f("uq_survey_pictures_key")),
    )
    with op.batch_alter_table("survey_pictures", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_survey_pictures_question_id"), ["question_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_survey_pictures_uploaded_by_id"), ["uploaded_by_id"], unique=False
        )

    op.create_table(
        "survey_question_versions",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("question_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("text", sa.JSON(), nullable=False),
        sa.Column("hint", sa.JSON(), nullable=False),
        sa.Column("options", sa.JSON(), nullable=False),
        sa.Column("settings", sa.JSON(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("made_at", UtcDateTime(), nullable=False),
        sa.Column("made_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.ForeignKeyConstraint(
            ["made_by_id"],
            ["members.id"],
            name=op.f("fk_survey_question_versions_made_by_id"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["question_id"],
            ["survey_questions.id"],
            name=op.f("fk_survey_question_versions_question_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_survey_question_versions")),
        sa.UniqueConstraint(
            "question_id", "number", name=op.f("uq_survey_question_versions_question_id_number")
        ),
    )
    op.create_table(
        "survey_responses",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("survey_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("member_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("panel_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("state", sa.String(length=30), nullable=False),
        sa.Column("seed", sa.Integer(), nullable=False),
        sa.Column("locale", sa.String(length=10), nullable=False),
        sa.Column("page", sa.Integer(), nullable=False),
        sa.Column("started_at", UtcDateTime(), nullable=False),
        sa.Column("last_at", UtcDateTime(), nullable=False),
        sa.Column("completed_at", UtcDateTime(), nullable=True),
        sa.Column("seconds", sa.Float(precision=53), nullable=False),
        sa.Column("path", sa.Text(), nullable=False),
        sa.Column("cell_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("held_until", UtcDateTime(), nullable=True),
        sa.Column("profile", sa.JSON(), nullable=False),
        sa.Column("weight", sa.Float(precision=53), nullable=True),
        sa.Column("excluded_at", UtcDateTime(), nullable=True),
        sa.Column("flag_count", sa.SmallInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("needs_look", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("reply", sa.Text(), server_default=sa.text("('')"), nullable=False),
        sa.Column("replied_at", UtcDateTime(), nullable=True),
        sa.CheckConstraint(
            "state IN ('started', 'completed', 'withdrawn', 'trial')",
            name=op.f("ck_survey_responses_state_known"),
        ),
        sa.ForeignKeyConstraint(
            ["cell_id"], ["survey_cells.id"], name=op.f("fk_survey_responses_cell_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["member_id"], ["members.id"], name=op.f("fk_survey_responses_member_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["panel_id"], ["panels.id"], name=op.f("fk_survey_responses_panel_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["survey_id"], ["surveys.id"], name=op.f("fk_survey_responses_survey_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_survey_responses")),
        sa.UniqueConstraint("survey_id", "member_id", name=op.f("uq_survey_responses_survey_id_member_id")),
    )
    with op.batch_alter_table("survey_responses", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_survey_responses_cell_id"), ["cell_id"], unique=False)
        batch_op.create_index("ix_survey_responses_held", ["held_until"], unique=False)
        batch_op.create_index(batch_op.f("ix_survey_responses_member_id"), ["member_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_survey_responses_panel_id"), ["panel_id"], unique=False)
        batch_op.create_index(
            "ix_survey_responses_state", ["survey_id", "state", "completed_at"], unique=False
        )

    op.create_table(
        "survey_statements",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("question_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("author_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("text", sa.String(length=140), nullable=False),
        sa.Column("state", sa.String(length=30), nullable=False),
        sa.Column("agree_count", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("disagree_count", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("pass_count", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("decided_at", UtcDateTime(), nullable=True),
        sa.Column("decided_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.CheckConstraint(
            "state IN ('waiting', 'live', 'out')", name=op.f("ck_survey_statements_state_known")
        ),
        sa.ForeignKeyConstraint(
            ["author_id"], ["members.id"], name=op.f("fk_survey_statements_author_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["decided_by_id"],
            ["members.id"],
            name=op.f("fk_survey_statements_decided_by_id"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["question_id"],
            ["survey_questions.id"],
            name=op.f("fk_survey_statements_question_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_survey_statements")),
    )
    with op.batch_alter_table("survey_statements", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_survey_statements_author_id"), ["author_id"], unique=False)
        batch_op.create_index("ix_survey_statements_question", ["question_id", "state"], unique=False)

    op.create_table(
        "survey_tallies",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("question_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("cut", sa.String(length=120), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("data", sa.JSON(), nullable=False),
        sa.Column("computed_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["question_id"],
            ["survey_questions.id"],
            name=op.f("fk_survey_tallies_question_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_survey_tallies")),
        sa.UniqueConstraint("question_id", "cut", name=op.f("uq_survey_tallies_question_id_cut")),
    )
    op.create_table(
        "survey_answers",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("response_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("question_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("version_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("value", sa.JSON(), nullable=False),
        sa.Column("answered_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["question_id"],
            ["survey_questions.id"],
            name=op.f("fk_survey_answers_question_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["response_id"],
            ["survey_responses.id"],
            name=op.f("fk_survey_answers_response_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["version_id"],
            ["survey_question_versions.id"],
            name=op.f("fk_survey_answers_version_id"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_survey_answers")),
        sa.UniqueConstraint(
            "response_id", "question_id", name=op.f("uq_survey_answers_response_id_question_id")
        ),
    )
    with op.batch_alter_table("survey_answers", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_survey_answers_question_id"), ["question_id"], unique=False)

    op.create_table(
        "survey_pair_votes",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("response_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("question_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("low_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("high_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("winner_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("voted_at", UtcDateTime(), nullable=False),
        sa.CheckConstraint("low_id < high_id", name=op.f("ck_survey_pair_votes_pair_in_order")),
        sa.ForeignKeyConstraint(
            ["high_id"], ["ideas.id"], name=op.f("fk_survey_pair_votes_high_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["low_id"], ["ideas.id"], name=op.f("fk_survey_pair_votes_low_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["question_id"],
            ["survey_questions.id"],
            name=op.f("fk_survey_pair_votes_question_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["response_id"],
            ["survey_responses.id"],
            name=op.f("fk_survey_pair_votes_response_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["winner_id"], ["ideas.id"], name=op.f("fk_survey_pair_votes_winner_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_survey_pair_votes")),
        sa.UniqueConstraint(
            "response_id",
            "question_id",
            "low_id",
            "high_id",
            name=op.f("uq_survey_pair_votes_response_id_question_id_low_id_high_id"),
        ),
    )
    with op.batch_alter_table("survey_pair_votes", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_survey_pair_votes_question_id"), ["question_id"], unique=False)

    op.create_table(
        "survey_response_decisions",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("response_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("decided_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("decision", sa.String(length=30), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("told", sa.Text(), server_default=sa.text("('')"), nullable=False),
        sa.Column("flags", sa.JSON(), nullable=False),
        sa.Column("decided_at", UtcDateTime(), nullable=False),
        sa.CheckConstraint(
            "decision IN ('excluded', 'restored', 'kept')",
            name=op.f("ck_survey_response_decisions_decision_known"),
        ),
        sa.ForeignKeyConstraint(
            ["decided_by_id"],
            ["members.id"],
            name=op.f("fk_survey_response_decisions_decided_by_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["response_id"],
            ["survey_responses.id"],
            name=op.f("fk_survey_response_decisions_response_id"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_survey_response_decisions")),
    )
    with op.batch_alter_table("survey_response_decisions", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_survey_response_decisions_response_id"), ["response_id"], unique=False
        )

    op.create_table(
        "survey_response_flags",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("response_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("kind", sa.String(length=30), nullable=False),
        sa.Column("detail", sa.JSON(), nullable=False),
        sa.Column("found_at", UtcDateTime(), nullable=False),
        sa.CheckConstraint(
            "kind IN ('too_fast', 'straight_lines', 'flat_grid', 'pasted', 'nonsense', 'duplicate', 'contradicts', 'inattentive')",  # noqa: E501
            name=op.f("ck_survey_response_flags_kind_known"),
        ),
        sa.ForeignKeyConstraint(
            ["response_id"],
            ["survey_responses.id"],
            name=op.f("fk_survey_response_flags_response_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_survey_response_flags")),
        sa.UniqueConstraint("response_id", "kind", name=op.f("uq_survey_response_flags_response_id_kind")),
    )
    op.create_table(
        "survey_statement_votes",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("response_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("statement_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("vote", sa.SmallInteger(), nullable=False),
        sa.Column("voted_at", UtcDateTime(), nullable=False),
        sa.CheckConstraint("vote IN (-1, 0, 1)", name=op.f("ck_survey_statement_votes_vote_known")),
        sa.ForeignKeyConstraint(
            ["response_id"],
            ["survey_responses.id"],
            name=op.f("fk_survey_statement_votes_response_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["statement_id"],
            ["survey_statements.id"],
            name=op.f("fk_survey_statement_votes_statement_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_survey_statement_votes")),
        sa.UniqueConstraint(
            "response_id", "statement_id", name=op.f("uq_survey_statement_votes_response_id_statement_id")
        ),
    )
    with op.batch_alter_table("survey_statement_votes", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_survey_statement_votes_statement_id"), ["statement_id"], unique=False
        )

    with op.batch_alter_table("outgoing_mails", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("stop_url", sa.String(length=500), server_default=sa.text("('')"), nullable=False)
        )

    for statement in HISTORY[op.get_bind().dialect.name]:
        op.execute(sa.DDL(statement.replace("%", "%%")))
    budget = sa.table("contact_budget", *(sa.column(name) for name in FIRST_BUDGET))
    op.bulk_insert(budget, [FIRST_BUDGET])


def downgrade() -> None:
    """Go back."""
    with op.batch_alter_table("outgoing_mails", schema=None) as batch_op:
        batch_op.drop_column("stop_url")

    with op.batch_alter_table("survey_statement_votes", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_survey_statement_votes_statement_id"))

    op.drop_table("survey_statement_votes")
    op.drop_table("survey_response_flags")
    with op.batch_alter_table("survey_response_decisions", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_survey_response_decisions_response_id"))

    op.drop_table("survey_response_decisions")
    with op.batch_alter_table("survey_pair_votes", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_survey_pair_votes_question_id"))

    op.drop_table("survey_pair_votes")
    with op.batch_alter_table("survey_answers", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_survey_answers_question_id"))

    op.drop_table("survey_answers")
    op.drop_table("survey_tallies")
    with op.batch_alter_table("survey_statements", schema=None) as batch_op:
        batch_op.drop_index("ix_survey_statements_question")
        batch_op.drop_index(batch_op.f("ix_survey_statements_author_id"))

    op.drop_table("survey_statements")
    with op.batch_alter_table("survey_responses", schema=None) as batch_op:
        batch_op.drop_index("ix_survey_responses_state")
        batch_op.drop_index(batch_op.f("ix_survey_responses_panel_id"))
        batch_op.drop_index(batch_op.f("ix_survey_responses_member_id"))
        batch_op.drop_index("ix_survey_responses_held")
        batch_op.drop_index(batch_op.f("ix_survey_responses_cell_id"))

    op.drop_table("survey_responses")
    op.drop_table("survey_question_versions")
    with op.batch_alter_table("survey_pictures", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_survey_pictures_uploaded_by_id"))
        batch_op.drop_index(batch_op.f("ix_survey_pictures_question_id"))

    op.drop_table("survey_pictures")
    with op.batch_alter_table("survey_contenders", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_survey_contenders_idea_id"))

    op.drop_table("survey_contenders")
    op.drop_table("survey_questions")
    with op.batch_alter_table("survey_panels", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_survey_panels_panel_id"))

    op.drop_table("survey_panels")
    with op.batch_alter_table("survey_invitations", schema=None) as batch_op:
        batch_op.drop_index("ix_survey_invitations_untold")
        batch_op.drop_index("ix_survey_invitations_told")

    op.drop_table("survey_invitations")
    with op.batch_alter_table("survey_exports", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_survey_exports_survey_id"))

    op.drop_table("survey_exports")
    with op.batch_alter_table("survey_comparisons", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_survey_comparisons_before_id"))
        batch_op.drop_index(batch_op.f("ix_survey_comparisons_after_id"))

    op.drop_table("survey_comparisons")
    with op.batch_alter_table("survey_cells", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_survey_cells_survey_id"))

    op.drop_table("survey_cells")
    with op.batch_alter_table("surveys", schema=None) as batch_op:
        batch_op.drop_index("ix_surveys_state")
        batch_op.drop_index(batch_op.f("ix_surveys_segment_id"))
        batch_op.drop_index(batch_op.f("ix_surveys_owner_id"))
        batch_op.drop_index(batch_op.f("ix_surveys_idea_id"))

    op.drop_table("surveys")
    op.drop_table("weight_targets")
    op.drop_table("survey_mail_refusals")
    op.drop_table("contact_budget")
    for statement in HISTORY_GONE[op.get_bind().dialect.name]:
        op.execute(sa.DDL(statement))
