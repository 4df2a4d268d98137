"""Identities elsewhere, second factors, and what makes lists quick."""

import sqlalchemy as sa
from alembic import op

from community.infra.db import UtcDateTime

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go to this release."""
    op.create_table(
        "kept_keys",
        sa.Column("purpose", sa.String(length=60), nullable=False),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("purpose", name=op.f("pk_kept_keys")),
    )
    op.create_table(
        "used_challenges",
        sa.Column("challenge_hash", sa.String(length=64), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("challenge_hash", name=op.f("pk_used_challenges")),
    )
    with op.batch_alter_table("used_challenges", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_used_challenges_at"), ["at"], unique=False)

    op.create_table(
        "authenticators",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("member_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("sealed_secret", sa.Text(), nullable=False),
        sa.Column("last_step", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("begun_at", UtcDateTime(), nullable=False),
        sa.Column("confirmed_at", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["member_id"], ["members.id"], name=op.f("fk_authenticators_member_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_authenticators")),
        sa.UniqueConstraint("member_id", name=op.f("uq_authenticators_member_id")),
    )
    op.create_table(
        "outside_identities",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("member_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("issuer", sa.String(length=300), nullable=False),
        sa.Column("subject", sa.String(length=255), nullable=False),
        sa.Column("joined_at", UtcDateTime(), nullable=False),
        sa.Column("last_used_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["member_id"], ["members.id"], name=op.f("fk_outside_identities_member_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outside_identities")),
        sa.UniqueConstraint("issuer", "subject", name=op.f("uq_outside_identities_issuer_subject")),
        sa.UniqueConstraint("member_id", "issuer", name=op.f("uq_outside_identities_member_id_issuer")),
    )
    op.create_table(
        "passkeys",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("member_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("credential_id", sa.String(length=1400), nullable=False),
        sa.Column("public_key", sa.Text(), nullable=False),
        sa.Column("user_handle", sa.String(length=90), nullable=False),
        sa.Column("transports", sa.String(length=100), server_default=sa.text("''"), nullable=False),
        sa.Column("sign_count", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("added_at", UtcDateTime(), nullable=False),
        sa.Column("last_used_at", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["member_id"], ["members.id"], name=op.f("fk_passkeys_member_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_passkeys")),
        sa.UniqueConstraint("credential_id", name=op.f("uq_passkeys_credential_id")),
    )
    with op.batch_alter_table("passkeys", schema=None) as batch_op:
        batch_op.create_index("ix_passkeys_member", ["member_id", "id"], unique=False)

    op.create_table(
        "recovery_codes",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("member_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("code_hash", sa.String(length=64), nullable=False),
        sa.Column("made_at", UtcDateTime(), nullable=False),
        sa.Column("used_at", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["member_id"], ["members.id"], name=op.f("fk_recovery_codes_member_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recovery_codes")),
        sa.UniqueConstraint("code_hash", name=op.f("uq_recovery_codes_code_hash")),
    )
    with op.batch_alter_table("recovery_codes", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_recovery_codes_member_id"), ["member_id"], unique=False)

    op.create_table(
        "unsent_texts",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("member_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("path", sa.Text(), nullable=False),
        sa.Column("words", sa.JSON(), nullable=False),
        sa.Column("written_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["member_id"], ["members.id"], name=op.f("fk_unsent_texts_member_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_unsent_texts")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_unsent_texts_token_hash")),
    )
    with op.batch_alter_table("unsent_texts", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_unsent_texts_member_id"), ["member_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_unsent_texts_written_at"), ["written_at"], unique=False)

    with op.batch_alter_table("activities", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_activities_panel_id"))
        batch_op.create_index("ix_activities_panel", ["panel_id", "id"], unique=False)

    with op.batch_alter_table("comments", schema=None) as batch_op:
        batch_op.create_index(
            "ix_comments_official",
            ["idea_id", "published_at"],
            unique=False,
            sqlite_where=sa.text("is_official = 1"),
            postgresql_where=sa.text("is_official"),
        )

    with op.batch_alter_table("feedback_items", schema=None) as batch_op:
        batch_op.create_index(
            "ix_feedback_items_told_back",
            ["panel_id", "received_at", "told_at", "state"],
            unique=False,
            sqlite_where=sa.text("author_id IS NOT NULL"),
            postgresql_where=sa.text("author_id IS NOT NULL"),
        )

    with op.batch_alter_table("ideas", schema=None) as batch_op:
        batch_op.create_index("ix_ideas_decided", ["is_listed", "status_changed_at", "id"], unique=False)
        batch_op.create_index("ix_ideas_trend", ["is_listed", "trend", "id"], unique=False)

    with op.batch_alter_table("member_sessions", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("came_by", sa.String(length=30), server_default=sa.text("'password'"), nullable=False)
        )
        batch_op.add_column(sa.Column("confirmed_at", UtcDateTime(), nullable=True))

    with op.batch_alter_table("members", schema=None) as batch_op:
        batch_op.add_column(sa.Column("second_step_since", UtcDateTime(), nullable=True))
        batch_op.add_column(sa.Column("second_step_due_at", UtcDateTime(), nullable=True))

    with op.batch_alter_table("outgoing_mails", schema=None) as batch_op:
        batch_op.create_index(
            "ix_outgoing_mails_failed",
            ["created_at"],
            unique=False,
            sqlite_where=sa.text("state = 'failed'"),
            postgresql_where=sa.text("state = 'failed'"),
        )

    with op.batch_alter_table("owed_reactions", schema=None) as batch_op:
        batch_op.create_index(
            "ix_owed_reactions_set_aside",
            ["finished_at"],
            unique=False,
            sqlite_where=sa.text("state = 'set_aside'"),
            postgresql_where=sa.text("state = 'set_aside'"),
        )

    with op.batch_alter_table("role_grants", schema=None) as batch_op:
        batch_op.add_column(sa.Column("is_mapped", sa.Boolean(), server_default=sa.false(), nullable=False))

    if op.get_bind().dialect.name == "postgresql":
        for table in ("ideas", "feedback_items"):
            op.execute(f"DROP INDEX IF EXISTS ix_{table}_search_terms")
            op.execute(
                f"ALTER TABLE {table} ADD COLUMN search_vector tsvector GENERATED ALWAYS AS "
                f"(array_to_tsvector(array_remove(string_to_array(search_terms, ' '), ''))) STORED"
            )
            op.execute(f"CREATE INDEX ix_{table}_search_terms ON {table} USING gin (search_vector)")


def downgrade() -> None:
    """Go back."""
    if op.get_bind().dialect.name == "postgresql":
        for table in ("feedback_items", "ideas"):
            # Its index goes with it.
            op.execute(f"ALTER TABLE {table} DROP COLUMN search_vector")
            op.execute(
                f"CREATE INDEX ix_{table}_search_terms ON {table} "
                f"USING gin (array_to_tsvector(array_remove(string_to_array(search_terms, ' '), '')))"
            )

    with op.batch_alter_table("role_grants", schema=None) as batch_op:
        batch_op.drop_column("is_mapped")

    with op.batch_alter_table("owed_reactions", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_owed_reactions_set_aside",
            sqlite_where=sa.text("state = 'set_aside'"),
            postgresql_where=sa.text("state = 'set_aside'"),
        )

    with op.batch_alter_table("outgoing_mails", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_outgoing_mails_failed",
            sqlite_where=sa.text("state = 'failed'"),
            postgresql_where=sa.text("state = 'failed'"),
        )

    with op.batch_alter_table("members", schema=None) as batch_op:
        batch_op.drop_column("second_step_due_at")
        batch_op.drop_column("second_step_since")

    with op.batch_alter_table("member_sessions", schema=None) as batch_op:
        batch_op.drop_column("confirmed_at")
        batch_op.drop_column("came_by")

    with op.batch_alter_table("feedback_items", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_feedback_items_told_back",
            sqlite_where=sa.text("author_id IS NOT NULL"),
            postgresql_where=sa.text("author_id IS NOT NULL"),
        )

    with op.batch_alter_table("comments", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_comments_official",
            sqlite_where=sa.text("is_official = 1"),
            postgresql_where=sa.text("is_official"),
        )

    with op.batch_alter_table("ideas", schema=None) as batch_op:
        batch_op.drop_index("ix_ideas_trend")
        batch_op.drop_index("ix_ideas_decided")

    with op.batch_alter_table("activities", schema=None) as batch_op:
        batch_op.drop_index("ix_activities_panel")
        batch_op.create_index(batch_op.f("ix_activities_panel_id"), ["panel_id"], unique=False)

    with op.batch_alter_table("unsent_texts", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_unsent_texts_written_at"))
        batch_op.drop_index(batch_op.f("ix_unsent_texts_member_id"))

    op.drop_table("unsent_texts")
    with op.batch_alter_table("recovery_codes", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_recovery_codes_member_id"))

    op.drop_table("recovery_codes")
    with op.batch_alter_table("passkeys", schema=None) as batch_op:
        batch_op.drop_index("ix_passkeys_member")

    op.drop_table("passkeys")
    op.drop_table("outside_identities")
    op.drop_table("authenticators")
    with op.batch_alter_table("used_challenges", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_used_challenges_at"))

    op.drop_table("used_challenges")
    op.drop_table("kept_keys")
