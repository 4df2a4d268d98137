"""Loyalty: the books, what gives points, tiers and rewards."""

from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op

from community.infra.db import UtcDateTime

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


GUARDS = {
    "sqlite": (
        "CREATE TRIGGER ledger_transactions_no_update BEFORE update ON ledger_transactions BEGIN SELECT RAISE(ABORT, 'ledger_transactions is append-only'); END",  # noqa: E501
        "CREATE TRIGGER ledger_transactions_no_delete BEFORE delete ON ledger_transactions BEGIN SELECT RAISE(ABORT, 'ledger_transactions is append-only'); END",  # noqa: E501
        "CREATE TRIGGER ledger_entries_no_update BEFORE update ON ledger_entries BEGIN SELECT RAISE(ABORT, 'ledger_entries is append-only'); END",  # noqa: E501
        "CREATE TRIGGER ledger_entries_no_delete BEFORE delete ON ledger_entries BEGIN SELECT RAISE(ABORT, 'ledger_entries is append-only'); END",  # noqa: E501
        "CREATE TRIGGER ledger_transactions_known_ways BEFORE INSERT ON ledger_transactions WHEN NOT EXISTS ( SELECT 1 FROM ledger_accounts AS giving, ledger_accounts AS taking WHERE giving.id = NEW.debit_account_id AND taking.id = NEW.credit_account_id AND coalesce(giving.member_id, NEW.member_id) = NEW.member_id AND coalesce(taking.member_id, NEW.member_id) = NEW.member_id AND NEW.kind || ' ' || giving.kind || ' ' || taking.kind IN ('earn program_issued member_pending', 'mature member_pending member_available', 'deny member_pending program_forfeited', 'hold member_available member_held', 'capture member_held program_redeemed', 'release member_held member_available', 'expire member_available program_expired', 'claw_back member_available program_forfeited', 'adjust program_adjust member_available', 'adjust member_available program_adjust')) BEGIN SELECT RAISE(ABORT, 'ledger_transactions move points in known ways only'); END",  # noqa: E501
        "CREATE TRIGGER ledger_transactions_move AFTER INSERT ON ledger_transactions BEGIN INSERT INTO ledger_entries (transaction_id, account_id, amount, balance_after) SELECT NEW.id, side.id, side.amount, CASE WHEN side.member_id IS NULL THEN NULL ELSE side.balance + side.amount END FROM (SELECT id, member_id, balance, CASE WHEN id = NEW.debit_account_id THEN -NEW.amount ELSE NEW.amount END AS amount FROM ledger_accounts WHERE id IN (NEW.debit_account_id, NEW.credit_account_id)) AS side ORDER BY side.id; END",  # noqa: E501
        "CREATE TRIGGER ledger_entries_only_sides BEFORE INSERT ON ledger_entries WHEN NOT (EXISTS ( SELECT 1 FROM ledger_transactions AS moved JOIN ledger_accounts AS account ON account.id = NEW.account_id WHERE moved.id = NEW.transaction_id AND ((NEW.account_id = moved.debit_account_id AND NEW.amount = -moved.amount) OR (NEW.account_id = moved.credit_account_id AND NEW.amount = moved.amount)) AND CASE WHEN account.member_id IS NULL THEN NEW.balance_after IS NULL ELSE NEW.balance_after = account.balance + NEW.amount AND (NEW.balance_after >= 0 OR NEW.amount > 0 OR moved.kind = 'claw_back') END) AND NOT EXISTS ( SELECT 1 FROM ledger_entries AS written WHERE written.id = NEW.id OR (written.transaction_id = NEW.transaction_id AND written.account_id = NEW.account_id))) BEGIN SELECT RAISE(ABORT, 'ledger_entries are written by their transaction'); END",  # noqa: E501
        "CREATE TRIGGER ledger_entries_kept AFTER INSERT ON ledger_entries WHEN NEW.balance_after IS NOT NULL BEGIN UPDATE ledger_accounts SET balance = NEW.balance_after WHERE id = NEW.account_id; END",  # noqa: E501
        "CREATE TRIGGER ledger_accounts_begin BEFORE INSERT ON ledger_accounts WHEN NEW.balance <> 0 BEGIN SELECT RAISE(ABORT, 'ledger_accounts have the balance of their entries'); END",  # noqa: E501
        "CREATE TRIGGER ledger_accounts_derived BEFORE UPDATE OF balance ON ledger_accounts WHEN NEW.balance IS NOT (SELECT balance_after FROM ledger_entries WHERE account_id = NEW.id ORDER BY id DESC LIMIT 1) BEGIN SELECT RAISE(ABORT, 'ledger_accounts have the balance of their entries'); END",  # noqa: E501
        "CREATE TRIGGER ledger_accounts_stay BEFORE UPDATE OF id, kind, member_id ON ledger_accounts BEGIN SELECT RAISE(ABORT, 'ledger_accounts stay what they are'); END",  # noqa: E501
    ),
    "postgresql": (
        "CREATE FUNCTION ledger_transactions_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'ledger_transactions is append-only'; END $$",  # noqa: E501
        "CREATE TRIGGER ledger_transactions_no_change BEFORE UPDATE OR DELETE ON ledger_transactions FOR EACH ROW EXECUTE FUNCTION ledger_transactions_is_append_only()",  # noqa: E501
        "CREATE FUNCTION ledger_entries_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'ledger_entries is append-only'; END $$",  # noqa: E501
        "CREATE TRIGGER ledger_entries_no_change BEFORE UPDATE OR DELETE ON ledger_entries FOR EACH ROW EXECUTE FUNCTION ledger_entries_is_append_only()",  # noqa: E501
        "CREATE TRIGGER ledger_transactions_no_truncate BEFORE TRUNCATE ON ledger_transactions FOR EACH STATEMENT EXECUTE FUNCTION ledger_transactions_is_append_only()",  # noqa: E501
        "CREATE TRIGGER ledger_entries_no_truncate BEFORE TRUNCATE ON ledger_entries FOR EACH STATEMENT EXECUTE FUNCTION ledger_entries_is_append_only()",  # noqa: E501
        "CREATE FUNCTION ledger_transactions_known_ways() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF NOT EXISTS ( SELECT 1 FROM ledger_accounts AS giving, ledger_accounts AS taking WHERE giving.id = NEW.debit_account_id AND taking.id = NEW.credit_account_id AND coalesce(giving.member_id, NEW.member_id) = NEW.member_id AND coalesce(taking.member_id, NEW.member_id) = NEW.member_id AND NEW.kind || ' ' || giving.kind || ' ' || taking.kind IN ('earn program_issued member_pending', 'mature member_pending member_available', 'deny member_pending program_forfeited', 'hold member_available member_held', 'capture member_held program_redeemed', 'release member_held member_available', 'expire member_available program_expired', 'claw_back member_available program_forfeited', 'adjust program_adjust member_available', 'adjust member_available program_adjust')) THEN RAISE EXCEPTION 'ledger_transactions move points in known ways only'; END IF; RETURN NEW; END $$",  # noqa: E501
        "CREATE TRIGGER ledger_transactions_known_ways BEFORE INSERT ON ledger_transactions FOR EACH ROW EXECUTE FUNCTION ledger_transactions_known_ways()",  # noqa: E501
        "CREATE FUNCTION ledger_transactions_move() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM 1 FROM ledger_accounts WHERE id IN (NEW.debit_account_id, NEW.credit_account_id) AND member_id IS NOT NULL ORDER BY id FOR NO KEY UPDATE; INSERT INTO ledger_entries (transaction_id, account_id, amount, balance_after) SELECT NEW.id, side.id, side.amount, CASE WHEN side.member_id IS NULL THEN NULL ELSE side.balance + side.amount END FROM (SELECT id, member_id, balance, CASE WHEN id = NEW.debit_account_id THEN -NEW.amount ELSE NEW.amount END AS amount FROM ledger_accounts WHERE id IN (NEW.debit_account_id, NEW.credit_account_id)) AS side ORDER BY side.id; RETURN NULL; END $$",  # noqa: E501
        "CREATE TRIGGER ledger_transactions_move AFTER INSERT ON ledger_transactions FOR EACH ROW EXECUTE FUNCTION ledger_transactions_move()",  # noqa: E501
        "CREATE FUNCTION ledger_entries_only_sides() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF NOT (EXISTS ( SELECT 1 FROM ledger_transactions AS moved JOIN ledger_accounts AS account ON account.id = NEW.account_id WHERE moved.id = NEW.transaction_id AND ((NEW.account_id = moved.debit_account_id AND NEW.amount = -moved.amount) OR (NEW.account_id = moved.credit_account_id AND NEW.amount = moved.amount)) AND CASE WHEN account.member_id IS NULL THEN NEW.balance_after IS NULL ELSE NEW.balance_after = account.balance + NEW.amount AND (NEW.balance_after >= 0 OR NEW.amount > 0 OR moved.kind = 'claw_back') END) AND NOT EXISTS ( SELECT 1 FROM ledger_entries AS written WHERE written.id = NEW.id OR (written.transaction_id = NEW.transaction_id AND written.account_id = NEW.account_id))) THEN RAISE EXCEPTION 'ledger_entries are written by their transaction'; END IF; RETURN NEW; END $$",  # noqa: E501
        "CREATE TRIGGER ledger_entries_only_sides BEFORE INSERT ON ledger_entries FOR EACH ROW EXECUTE FUNCTION ledger_entries_only_sides()",  # noqa: E501
        "CREATE FUNCTION ledger_entries_kept() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF NEW.balance_after IS NOT NULL THEN UPDATE ledger_accounts SET balance = NEW.balance_after WHERE id = NEW.account_id; END IF; RETURN NULL; END $$",  # noqa: E501
        "CREATE TRIGGER ledger_entries_kept AFTER INSERT ON ledger_entries FOR EACH ROW EXECUTE FUNCTION ledger_entries_kept()",  # noqa: E501
        "CREATE FUNCTION ledger_accounts_begin() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF NEW.balance <> 0 THEN RAISE EXCEPTION 'ledger_accounts have the balance of their entries'; END IF; RETURN NEW; END $$",  # noqa: E501
        "CREATE TRIGGER ledger_accounts_begin BEFORE INSERT ON ledger_accounts FOR EACH ROW EXECUTE FUNCTION ledger_accounts_begin()",  # noqa: E501
        "CREATE FUNCTION ledger_accounts_derived() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF NEW.balance IS DISTINCT FROM (SELECT balance_after FROM ledger_entries WHERE account_id = NEW.id ORDER BY id DESC LIMIT 1) THEN RAISE EXCEPTION 'ledger_accounts have the balance of their entries'; END IF; RETURN NEW; END $$",  # noqa: E501
        "CREATE TRIGGER ledger_accounts_derived BEFORE UPDATE OF balance ON ledger_accounts FOR EACH ROW EXECUTE FUNCTION ledger_accounts_derived()",  # noqa: E501
        "CREATE FUNCTION ledger_accounts_stay() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF true THEN RAISE EXCEPTION 'ledger_accounts stay what they are'; END IF; RETURN NEW; END $$",  # noqa: E501
        "CREATE TRIGGER ledger_accounts_stay BEFORE UPDATE OF id, kind, member_id ON ledger_accounts FOR EACH ROW EXECUTE FUNCTION ledger_accounts_stay()",  # noqa: E501
    ),
}
GUARDS_GONE = {
    "sqlite": (),
    "postgresql": (
        "DROP FUNCTION IF EXISTS ledger_transactions_is_append_only()",
        "DROP FUNCTION IF EXISTS ledger_entries_is_append_only()",
        "DROP FUNCTION IF EXISTS ledger_transactions_known_ways()",
        "DROP FUNCTION IF EXISTS ledger_transactions_move()",
        "DROP FUNCTION IF EXISTS ledger_entries_only_sides()",
        "DROP FUNCTION IF EXISTS ledger_entries_kept()",
        "DROP FUNCTION IF EXISTS ledger_accounts_begin()",
        "DROP FUNCTION IF EXISTS ledger_accounts_derived()",
        "DROP FUNCTION IF EXISTS ledger_accounts_stay()",
    ),
}
PROGRAMME = {
    "id": 1,
    "is_open": True,
    "points_per_day": 100,
    "points_per_month": 1000,
    "valid_months": 24,
    "grace_days": 30,
    "currency": "EUR",
    "cost_per_thousand": 500,
    "expected_redemption": 0.8,
    "adjustment_limit": 200,
    "tier_window_days": 365,
    "tier_period_months": 3,
    "tier_keep_share": 0.8,
    "tier_grace_days": 30,
    "ring_minimum": 8,
}
ACCOUNTS = ("program_issued", "program_redeemed", "program_expired", "program_forfeited", "program_adjust")
ALL_RULES = {
    "number": 1,
    "is_on": True,
    "points": None,
    "per_day": None,
    "per_week": None,
    "decay": 1.0,
    "decay_days": 7,
    "first_bonus": 0,
    "gate": "none",
    "supporters_needed": None,
    "wait_days": None,
    "per_pair": None,
    "staff_earn": False,
    "qualifies": True,
}
_ACCEPTED = {"gate": "acceptance"}
RULES: dict[str, dict[str, object]] = {
    "idea_accepted": {
        **_ACCEPTED,
        "points": 10,
        "first_bonus": 10,
        "per_day": 3,
        "per_week": 10,
        "decay": 0.8,
        "supporters_needed": 3,
        "wait_days": 7,
        "per_pair": 3,
    },
    "comment_helpful": {
        **_ACCEPTED,
        "points": 5,
        "per_day": 5,
        "per_week": 20,
        "decay": 0.8,
        "supporters_needed": 2,
        "wait_days": 14,
        "per_pair": 3,
    },
    "survey_completed": {**_ACCEPTED, "per_day": 5, "wait_days": 1},
    "idea_planned": {"points": 30},
    "idea_planned_supporter": {"points": 3, "per_week": 10},
    "idea_delivered": {"points": 50},
    "idea_delivered_supporter": {"points": 5, "per_week": 10},
    "profile_completed": {"points": 15},
    "referral_active": {"points": 25, "per_week": 5, "per_pair": 1},
    "case_feedback": {"points": 3, "per_day": 3, "per_week": 10},
}
TIERS = (
    {
        "name": {"en": "Member", "zh_Hans": "会员", "zh_Hant": "會員"},
        "benefits": {},
        "threshold": 0,
        "active_months": 0,
        "look": "plain",
    },
    {
        "name": {"en": "Silver", "zh_Hans": "银卡会员", "zh_Hant": "銀卡會員"},
        "benefits": {},
        "threshold": 200,
        "active_months": 1,
        "look": "silver",
    },
    {
        "name": {"en": "Gold", "zh_Hans": "金卡会员", "zh_Hant": "金卡會員"},
        "benefits": {},
        "threshold": 600,
        "active_months": 3,
        "look": "gold",
    },
)


def upgrade() -> None:
    """Go to this release."""
    op.create_table(
        "books_checks",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("checked_at", UtcDateTime(), nullable=False),
        sa.Column("is_balanced", sa.Boolean(), nullable=False),
        sa.Column("transaction_count", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("totals", sa.JSON(), nullable=False),
        sa.Column("mismatches", sa.JSON(), nullable=False),
        sa.Column("mismatch_count", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_books_checks")),
    )
    with op.batch_alter_table("books_checks", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_books_checks_checked_at"), ["checked_at"], unique=False)

    op.create_table(
        "loyalty_programme",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("is_open", sa.Boolean(), nullable=False),
        sa.Column("points_per_day", sa.Integer(), nullable=True),
        sa.Column("points_per_month", sa.Integer(), nullable=True),
        sa.Column("budget_per_month", sa.Integer(), nullable=True),
        sa.Column("most_in_wallet", sa.Integer(), nullable=True),
        sa.Column("valid_months", sa.Integer(), nullable=True),
        sa.Column("grace_days", sa.Integer(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("cost_per_thousand", sa.Integer(), nullable=False),
        sa.Column("expected_redemption", sa.Float(precision=53), nullable=False),
        sa.Column("adjustment_limit", sa.Integer(), nullable=False),
        sa.Column("tier_window_days", sa.Integer(), nullable=False),
        sa.Column("tier_period_months", sa.Integer(), nullable=False),
        sa.Column("tier_keep_share", sa.Float(precision=53), nullable=False),
        sa.Column("tier_grace_days", sa.Integer(), nullable=False),
        sa.Column("ring_minimum", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_loyalty_programme")),
    )
    op.create_table(
        "loyalty_tiers",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("name", sa.JSON(), nullable=False),
        sa.Column("benefits", sa.JSON(), nullable=False),
        sa.Column("threshold", sa.Integer(), nullable=False),
        sa.Column("active_months", sa.Integer(), nullable=False),
        sa.Column("look", sa.String(length=30), nullable=False),
        sa.Column("changed_at", UtcDateTime(), nullable=False),
        sa.CheckConstraint(
            "look IN ('plain', 'silver', 'gold', 'green')", name=op.f("ck_loyalty_tiers_look_known")
        ),
        sa.CheckConstraint(
            "threshold >= 0 AND active_months >= 0", name=op.f("ck_loyalty_tiers_thresholds_natural")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_loyalty_tiers")),
        sa.UniqueConstraint("threshold", name=op.f("uq_loyalty_tiers_threshold")),
    )
    op.create_table(
        "earning_rule_versions",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("rule", sa.String(length=40), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("is_on", sa.Boolean(), nullable=False),
        sa.Column("points", sa.Integer(), nullable=True),
        sa.Column("per_day", sa.Integer(), nullable=True),
        sa.Column("per_week", sa.Integer(), nullable=True),
        sa.Column("decay", sa.Float(precision=53), nullable=False),
        sa.Column("decay_days", sa.Integer(), nullable=False),
        sa.Column("first_bonus", sa.Integer(), nullable=False),
        sa.Column("gate", sa.String(length=30), nullable=False),
        sa.Column("supporters_needed", sa.Integer(), nullable=True),
        sa.Column("wait_days", sa.Integer(), nullable=True),
        sa.Column("per_pair", sa.Integer(), nullable=True),
        sa.Column("staff_earn", sa.Boolean(), nullable=False),
        sa.Column("qualifies", sa.Boolean(), nullable=False),
        sa.Column("made_at", UtcDateTime(), nullable=False),
        sa.Column("made_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.CheckConstraint(
            "gate IN ('none', 'acceptance')", name=op.f("ck_earning_rule_versions_gate_known")
        ),
        sa.CheckConstraint("decay > 0 AND decay <= 1", name=op.f("ck_earning_rule_versions_decay_share")),
        sa.CheckConstraint("first_bonus >= 0", name=op.f("ck_earning_rule_versions_first_bonus_natural")),
        sa.CheckConstraint(
            "points IS NULL OR points >= 0", name=op.f("ck_earning_rule_versions_points_natural")
        ),
        sa.ForeignKeyConstraint(
            ["made_by_id"],
            ["members.id"],
            name=op.f("fk_earning_rule_versions_made_by_id"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_earning_rule_versions")),
        sa.UniqueConstraint("rule", "number", name=op.f("uq_earning_rule_versions_rule_number")),
    )
    op.create_table(
        "expiry_warnings",
        sa.Column("member_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("expires_on", sa.Date(), nullable=False),
        sa.Column("days", sa.Integer(), nullable=False),
        sa.Column("told_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["member_id"], ["members.id"], name=op.f("fk_expiry_warnings_member_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("member_id", "expires_on", "days", name=op.f("pk_expiry_warnings")),
    )
    op.create_table(
        "ledger_accounts",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("kind", sa.String(length=30), nullable=False),
        sa.Column("member_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column(
            "balance",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            server_default=sa.text("0"),
            nullable=False,
        ),
        sa.CheckConstraint(
            "(member_id IS NULL) = (kind LIKE 'program%')", name=op.f("ck_ledger_accounts_kind_fits_owner")
        ),
        sa.CheckConstraint(
            "balance >= 0 OR kind = 'member_available'", name=op.f("ck_ledger_accounts_balance_natural")
        ),
        sa.CheckConstraint(
            "kind IN ('member_pending', 'member_available', 'member_held', 'program_issued', 'program_redeemed', 'program_expired', 'program_forfeited', 'program_adjust')",  # noqa: E501
            name=op.f("ck_ledger_accounts_kind_known"),
        ),
        sa.ForeignKeyConstraint(
            ["member_id"], ["members.id"], name=op.f("fk_ledger_accounts_member_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ledger_accounts")),
        sa.UniqueConstraint("member_id", "kind", name=op.f("uq_ledger_accounts_member_id_kind")),
    )
    with op.batch_alter_table("ledger_accounts", schema=None) as batch_op:
        batch_op.create_index(
            "uq_ledger_accounts_program",
            ["kind"],
            unique=True,
            sqlite_where=sa.text("member_id IS NULL"),
            postgresql_where=sa.text("member_id IS NULL"),
        )

    op.create_table(
        "loyalty_rings",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("member_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("reciprocity", sa.Float(precision=53), nullable=False),
        sa.Column("concentration", sa.Float(precision=53), nullable=False),
        sa.Column("volume", sa.Integer(), nullable=False),
        sa.Column("partner_ids", sa.JSON(), nullable=False),
        sa.Column("found_at", UtcDateTime(), nullable=False),
        sa.Column("state", sa.String(length=30), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("decided_at", UtcDateTime(), nullable=True),
        sa.Column("decided_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.CheckConstraint(
            "state IN ('open', 'dismissed', 'upheld')", name=op.f("ck_loyalty_rings_state_known")
        ),
        sa.ForeignKeyConstraint(
            ["decided_by_id"],
            ["members.id"],
            name=op.f("fk_loyalty_rings_decided_by_id"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["member_id"], ["members.id"], name=op.f("fk_loyalty_rings_member_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_loyalty_rings")),
    )
    with op.batch_alter_table("loyalty_rings", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_loyalty_rings_member_id"), ["member_id"], unique=False)
        batch_op.create_index(
            "uq_loyalty_rings_open",
            ["member_id"],
            unique=True,
            sqlite_where=sa.text("state <> 'dismissed'"),
            postgresql_where=sa.text("state <> 'dismissed'"),
        )

    op.create_table(
        "loyalty_wallets",
        sa.Column("member_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("opened_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["member_id"], ["members.id"], name=op.f("fk_loyalty_wallets_member_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("member_id", name=op.f("pk_loyalty_wallets")),
    )
    op.create_table(
        "point_adjustments",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("member_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("amount", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("asked_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("asked_at", UtcDateTime(), nullable=False),
        sa.Column("state", sa.String(length=30), nullable=False),
        sa.Column("decided_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("decided_at", UtcDateTime(), nullable=True),
        sa.CheckConstraint(
            "state IN ('waiting', 'posted', 'refused')", name=op.f("ck_point_adjustments_state_known")
        ),
        sa.CheckConstraint("amount <> 0", name=op.f("ck_point_adjustments_amount_not_zero")),
        sa.CheckConstraint(
            "decided_by_id IS NULL OR decided_by_id <> asked_by_id",
            name=op.f("ck_point_adjustments_two_people"),
        ),
        sa.ForeignKeyConstraint(
            ["asked_by_id"],
            ["members.id"],
            name=op.f("fk_point_adjustments_asked_by_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["decided_by_id"],
            ["members.id"],
            name=op.f("fk_point_adjustments_decided_by_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["member_id"], ["members.id"], name=op.f("fk_point_adjustments_member_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_point_adjustments")),
    )
    with op.batch_alter_table("point_adjustments", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_point_adjustments_member_id"), ["member_id"], unique=False)

    op.create_table(
        "referral_links",
        sa.Column("member_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("code", sa.String(length=24), nullable=False),
        sa.Column("made_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["member_id"], ["members.id"], name=op.f("fk_referral_links_member_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("member_id", name=op.f("pk_referral_links")),
        sa.UniqueConstraint("code", name=op.f("uq_referral_links_code")),
    )
    op.create_table(
        "referrals",
        sa.Column("friend_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("inviter_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("joined_at", UtcDateTime(), nullable=False),
        sa.Column("active_at", UtcDateTime(), nullable=True),
        sa.CheckConstraint("friend_id <> inviter_id", name=op.f("ck_referrals_not_oneself")),
        sa.ForeignKeyConstraint(
            ["friend_id"], ["members.id"], name=op.f("fk_referrals_friend_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["inviter_id"], ["members.id"], name=op.f("fk_referrals_inviter_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("friend_id", name=op.f("pk_referrals")),
    )
    with op.batch_alter_table("referrals", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_referrals_inviter_id"), ["inviter_id"], unique=False)

    op.create_table(
        "tier_changes",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("member_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("from_tier_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("to_tier_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("score", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(length=30), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.CheckConstraint(
            "reason IN ('reached', 'period_ended', 'edited')", name=op.f("ck_tier_changes_reason_known")
        ),
        sa.ForeignKeyConstraint(
            ["from_tier_id"],
            ["loyalty_tiers.id"],
            name=op.f("fk_tier_changes_from_tier_id"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["member_id"], ["members.id"], name=op.f("fk_tier_changes_member_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["to_tier_id"], ["loyalty_tiers.id"], name=op.f("fk_tier_changes_to_tier_id"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tier_changes")),
    )
    with op.batch_alter_table("tier_changes", schema=None) as batch_op:
        batch_op.create_index("ix_tier_changes_member", ["member_id", "id"], unique=False)

    op.create_table(
        "tier_standings",
        sa.Column("member_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("tier_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("since", UtcDateTime(), nullable=False),
        sa.Column("score", sa.Integer(), nullable=False),
        sa.Column("counted_at", UtcDateTime(), nullable=False),
        sa.Column("grace_until", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["member_id"], ["members.id"], name=op.f("fk_tier_standings_member_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["tier_id"], ["loyalty_tiers.id"], name=op.f("fk_tier_standings_tier_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("member_id", name=op.f("pk_tier_standings")),
    )
    with op.batch_alter_table("tier_standings", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_tier_standings_counted_at"), ["counted_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_tier_standings_grace_until"), ["grace_until"], unique=False)
        batch_op.create_index(batch_op.f("ix_tier_standings_tier_id"), ["tier_id"], unique=False)

    op.create_table(
        "awards",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("member_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("rule", sa.String(length=40), nullable=False),
        sa.Column("rule_version_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("source_type", sa.String(length=40), nullable=False),
        sa.Column("source_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("round", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("panel_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("counterpart_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("title", sa.String(length=160), nullable=False),
        sa.Column("path", sa.String(length=200), nullable=False),
        sa.Column("points", sa.Integer(), nullable=False),
        sa.Column("bonus", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=30), nullable=False),
        sa.Column("reason", sa.String(length=40), nullable=False),
        sa.Column("limited_by", sa.String(length=40), server_default=sa.text("('')"), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("earned_at", UtcDateTime(), nullable=False),
        sa.Column("waits_until", UtcDateTime(), nullable=True),
        sa.Column("decided_at", UtcDateTime(), nullable=True),
        sa.Column("decided_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.CheckConstraint(
            "state IN ('nothing', 'denied') OR points > 0", name=op.f("ck_awards_points_given")
        ),
        sa.CheckConstraint(
            "state IN ('pending', 'matured', 'denied', 'clawed_back', 'nothing')",
            name=op.f("ck_awards_state_known"),
        ),
        sa.CheckConstraint(
            "points >= 0 AND bonus >= 0 AND bonus <= points", name=op.f("ck_awards_points_natural")
        ),
        sa.CheckConstraint("round > 0", name=op.f("ck_awards_round_natural")),
        sa.ForeignKeyConstraint(
            ["counterpart_id"], ["members.id"], name=op.f("fk_awards_counterpart_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["decided_by_id"], ["members.id"], name=op.f("fk_awards_decided_by_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["member_id"], ["members.id"], name=op.f("fk_awards_member_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["panel_id"], ["panels.id"], name=op.f("fk_awards_panel_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["rule_version_id"],
            ["earning_rule_versions.id"],
            name=op.f("fk_awards_rule_version_id"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_awards")),
        sa.UniqueConstraint(
            "rule",
            "source_type",
            "source_id",
            "member_id",
            "round",
            name=op.f("uq_awards_rule_source_type_source_id_member_id_round"),
        ),
    )
    with op.batch_alter_table("awards", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_awards_counterpart_id"), ["counterpart_id"], unique=False)
        batch_op.create_index("ix_awards_earned", ["earned_at"], unique=False)
        batch_op.create_index("ix_awards_limits", ["member_id", "rule", "earned_at"], unique=False)
        batch_op.create_index("ix_awards_member", ["member_id", "state", "id"], unique=False)
        batch_op.create_index(batch_op.f("ix_awards_panel_id"), ["panel_id"], unique=False)
        batch_op.create_index("ix_awards_source", ["source_type", "source_id"], unique=False)
        batch_op.create_index("ix_awards_waiting", ["state", "waits_until"], unique=False)

    op.create_table(
        "ledger_transactions",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("key", sa.String(length=160), nullable=False),
        sa.Column("payload_hash", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=30), nullable=False),
        sa.Column("debit_account_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("credit_account_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("amount", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("member_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("actor_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("rule_version_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("source_type", sa.String(length=40), nullable=False),
        sa.Column("source_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("effective_at", UtcDateTime(), nullable=False),
        sa.Column("posted_at", UtcDateTime(), nullable=False),
        sa.Column("reverses_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.CheckConstraint(
            "kind IN ('earn', 'mature', 'deny', 'hold', 'capture', 'release', 'expire', 'claw_back', 'adjust')",  # noqa: E501
            name=op.f("ck_ledger_transactions_kind_known"),
        ),
        sa.CheckConstraint("amount > 0", name=op.f("ck_ledger_transactions_amount_positive")),
        sa.CheckConstraint(
            "debit_account_id <> credit_account_id", name=op.f("ck_ledger_transactions_accounts_differ")
        ),
        sa.ForeignKeyConstraint(
            ["actor_id"], ["members.id"], name=op.f("fk_ledger_transactions_actor_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["credit_account_id"],
            ["ledger_accounts.id"],
            name=op.f("fk_ledger_transactions_credit_account_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["debit_account_id"],
            ["ledger_accounts.id"],
            name=op.f("fk_ledger_transactions_debit_account_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["member_id"], ["members.id"], name=op.f("fk_ledger_transactions_member_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["reverses_id"],
            ["ledger_transactions.id"],
            name=op.f("fk_ledger_transactions_reverses_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["rule_version_id"],
            ["earning_rule_versions.id"],
            name=op.f("fk_ledger_transactions_rule_version_id"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ledger_transactions")),
        sa.UniqueConstraint("key", name=op.f("uq_ledger_transactions_key")),
        sa.UniqueConstraint("reverses_id", name=op.f("uq_ledger_transactions_reverses_id")),
    )
    with op.batch_alter_table("ledger_transactions", schema=None) as batch_op:
        batch_op.create_index("ix_ledger_transactions_source", ["source_type", "source_id"], unique=False)

    op.create_table(
        "rewards",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("kind", sa.String(length=30), nullable=False),
        sa.Column("name", sa.JSON(), nullable=False),
        sa.Column("text", sa.JSON(), nullable=False),
        sa.Column("handover", sa.JSON(), nullable=False),
        sa.Column("picture_key", sa.String(length=32), nullable=True),
        sa.Column("picture_text", sa.JSON(), nullable=False),
        sa.Column("cost", sa.Integer(), nullable=False),
        sa.Column("unit_cost", sa.Integer(), nullable=True),
        sa.Column("stock_left", sa.Integer(), nullable=True),
        sa.Column("per_member", sa.Integer(), nullable=True),
        sa.Column("per_days", sa.Integer(), nullable=True),
        sa.Column("tier_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("panel_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("opens_at", UtcDateTime(), nullable=True),
        sa.Column("closes_at", UtcDateTime(), nullable=True),
        sa.Column("state", sa.String(length=30), nullable=False),
        sa.Column("made_at", UtcDateTime(), nullable=False),
        sa.CheckConstraint(
            "kind <> 'voucher' OR stock_left IS NOT NULL", name=op.f("ck_rewards_voucher_counted")
        ),
        sa.CheckConstraint(
            "kind IN ('voucher', 'donation', 'physical', 'early_access', 'coffee')",
            name=op.f("ck_rewards_kind_known"),
        ),
        sa.CheckConstraint("state IN ('draft', 'offered', 'withdrawn')", name=op.f("ck_rewards_state_known")),
        sa.CheckConstraint("cost > 0", name=op.f("ck_rewards_cost_positive")),
        sa.CheckConstraint(
            "per_member IS NULL OR per_member > 0", name=op.f("ck_rewards_per_member_positive")
        ),
        sa.CheckConstraint("stock_left IS NULL OR stock_left >= 0", name=op.f("ck_rewards_stock_natural")),
        sa.ForeignKeyConstraint(
            ["panel_id"], ["panels.id"], name=op.f("fk_rewards_panel_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["tier_id"], ["loyalty_tiers.id"], name=op.f("fk_rewards_tier_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rewards")),
    )
    with op.batch_alter_table("rewards", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_rewards_panel_id"), ["panel_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_rewards_tier_id"), ["tier_id"], unique=False)

    op.create_table(
        "ledger_entries",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("transaction_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("account_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("amount", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("balance_after", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.CheckConstraint("amount <> 0", name=op.f("ck_ledger_entries_amount_not_zero")),
        sa.ForeignKeyConstraint(
            ["account_id"],
            ["ledger_accounts.id"],
            name=op.f("fk_ledger_entries_account_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["transaction_id"],
            ["ledger_transactions.id"],
            name=op.f("fk_ledger_entries_transaction_id"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ledger_entries")),
        sa.UniqueConstraint(
            "transaction_id", "account_id", name=op.f("uq_ledger_entries_transaction_id_account_id")
        ),
    )
    with op.batch_alter_table("ledger_entries", schema=None) as batch_op:
        batch_op.create_index("ix_ledger_entries_account", ["account_id", "id"], unique=False)

    op.create_table(
        "point_debts",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("member_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("transaction_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("amount", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "paid",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            server_default=sa.text("0"),
            nullable=False,
        ),
        sa.CheckConstraint(
            "amount > 0 AND paid >= 0 AND paid <= amount", name=op.f("ck_point_debts_paid_natural")
        ),
        sa.ForeignKeyConstraint(
            ["member_id"], ["members.id"], name=op.f("fk_point_debts_member_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["transaction_id"],
            ["ledger_transactions.id"],
            name=op.f("fk_point_debts_transaction_id"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_point_debts")),
        sa.UniqueConstraint("transaction_id", name=op.f("uq_point_debts_transaction_id")),
    )
    with op.batch_alter_table("point_debts", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_point_debts_member_id"), ["member_id"], unique=False)

    op.create_table(
        "point_holds",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("member_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("transaction_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("amount", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("state", sa.String(length=30), nullable=False),
        sa.Column("made_at", UtcDateTime(), nullable=False),
        sa.Column("ended_at", UtcDateTime(), nullable=True),
        sa.CheckConstraint(
            "state IN ('held', 'captured', 'released')", name=op.f("ck_point_holds_state_known")
        ),
        sa.CheckConstraint("amount > 0", name=op.f("ck_point_holds_amount_positive")),
        sa.ForeignKeyConstraint(
            ["member_id"], ["members.id"], name=op.f("fk_point_holds_member_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["transaction_id"],
            ["ledger_transactions.id"],
            name=op.f("fk_point_holds_transaction_id"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_point_holds")),
        sa.UniqueConstraint("transaction_id", name=op.f("uq_point_holds_transaction_id")),
    )
    with op.batch_alter_table("point_holds", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_point_holds_member_id"), ["member_id"], unique=False)

    op.create_table(
        "point_lots",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("member_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("transaction_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("award_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("granted", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "reserved",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            server_default=sa.text("0"),
            nullable=False,
        ),
        sa.Column(
            "used",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            server_default=sa.text("0"),
            nullable=False,
        ),
        sa.Column(
            "clawed_back",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            server_default=sa.text("0"),
            nullable=False,
        ),
        sa.Column("qualifies", sa.Boolean(), nullable=False),
        sa.Column("state", sa.String(length=30), nullable=False),
        sa.Column("available_from", UtcDateTime(), nullable=True),
        sa.Column("expires_at", UtcDateTime(), nullable=True),
        sa.CheckConstraint("(state = 'closed') = (used = granted)", name=op.f("ck_point_lots_closed_used")),
        sa.CheckConstraint(
            "state <> 'pending' OR (reserved = 0 AND used = 0)", name=op.f("ck_point_lots_pending_whole")
        ),
        sa.CheckConstraint("state IN ('pending', 'open', 'closed')", name=op.f("ck_point_lots_state_known")),
        sa.CheckConstraint(
            "clawed_back >= 0 AND clawed_back <= granted", name=op.f("ck_point_lots_clawed_back_granted")
        ),
        sa.CheckConstraint("granted > 0", name=op.f("ck_point_lots_granted_positive")),
        sa.CheckConstraint(
            "reserved >= 0 AND used >= 0 AND reserved + used <= granted",
            name=op.f("ck_point_lots_free_natural"),
        ),
        sa.ForeignKeyConstraint(
            ["award_id"], ["awards.id"], name=op.f("fk_point_lots_award_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["member_id"], ["members.id"], name=op.f("fk_point_lots_member_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["transaction_id"],
            ["ledger_transactions.id"],
            name=op.f("fk_point_lots_transaction_id"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_point_lots")),
        sa.UniqueConstraint("award_id", name=op.f("uq_point_lots_award_id")),
        sa.UniqueConstraint("transaction_id", name=op.f("uq_point_lots_transaction_id")),
    )
    with op.batch_alter_table("point_lots", schema=None) as batch_op:
        batch_op.create_index("ix_point_lots_expiring", ["state", "expires_at"], unique=False)
        batch_op.create_index("ix_point_lots_qualifying", ["member_id", "available_from"], unique=False)
        batch_op.create_index("ix_point_lots_spending", ["member_id", "state", "expires_at"], unique=False)

    op.create_table(
        "helpful_marks",
        sa.Column("comment_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("member_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["comment_id"], ["comments.id"], name=op.f("fk_helpful_marks_comment_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["member_id"], ["members.id"], name=op.f("fk_helpful_marks_member_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("comment_id", "member_id", name=op.f("pk_helpful_marks")),
    )
    with op.batch_alter_table("helpful_marks", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_helpful_marks_member_id"), ["member_id"], unique=False)

    op.create_table(
        "lot_allocations",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("lot_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("transaction_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("hold_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("purpose", sa.String(length=30), nullable=False),
        sa.Column("amount", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("state", sa.String(length=30), nullable=False),
        sa.CheckConstraint(
            "purpose IN ('hold', 'expire', 'claw_back', 'adjust', 'debt')",
            name=op.f("ck_lot_allocations_purpose_known"),
        ),
        sa.CheckConstraint(
            "state IN ('reserved', 'used', 'released')", name=op.f("ck_lot_allocations_state_known")
        ),
        sa.CheckConstraint("amount > 0", name=op.f("ck_lot_allocations_amount_positive")),
        sa.ForeignKeyConstraint(
            ["hold_id"], ["point_holds.id"], name=op.f("fk_lot_allocations_hold_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["lot_id"], ["point_lots.id"], name=op.f("fk_lot_allocations_lot_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["transaction_id"],
            ["ledger_transactions.id"],
            name=op.f("fk_lot_allocations_transaction_id"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lot_allocations")),
        sa.UniqueConstraint(
            "lot_id",
            "transaction_id",
            "purpose",
            name=op.f("uq_lot_allocations_lot_id_transaction_id_purpose"),
        ),
    )
    with op.batch_alter_table("lot_allocations", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_lot_allocations_hold_id"), ["hold_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_lot_allocations_transaction_id"), ["transaction_id"], unique=False
        )

    op.create_table(
        "redemptions",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("reward_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("member_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("form_key", sa.String(length=32), nullable=False),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.Column("cost", sa.Integer(), nullable=False),
        sa.Column("hold_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("state", sa.String(length=30), nullable=False),
        sa.Column("address", sa.Text(), server_default=sa.text("('')"), nullable=False),
        sa.Column("message", sa.Text(), server_default=sa.text("('')"), nullable=False),
        sa.Column("asked_at", UtcDateTime(), nullable=False),
        sa.Column("decided_at", UtcDateTime(), nullable=True),
        sa.Column("decided_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.CheckConstraint(
            "state IN ('waiting', 'fulfilled', 'released')", name=op.f("ck_redemptions_state_known")
        ),
        sa.CheckConstraint("quantity > 0 AND cost > 0", name=op.f("ck_redemptions_quantity_positive")),
        sa.ForeignKeyConstraint(
            ["decided_by_id"], ["members.id"], name=op.f("fk_redemptions_decided_by_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["hold_id"], ["point_holds.id"], name=op.f("fk_redemptions_hold_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["member_id"], ["members.id"], name=op.f("fk_redemptions_member_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["reward_id"], ["rewards.id"], name=op.f("fk_redemptions_reward_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_redemptions")),
        sa.UniqueConstraint("hold_id", name=op.f("uq_redemptions_hold_id")),
        sa.UniqueConstraint("member_id", "form_key", name=op.f("uq_redemptions_member_id_form_key")),
    )
    with op.batch_alter_table("redemptions", schema=None) as batch_op:
        batch_op.create_index("ix_redemptions_limit", ["reward_id", "member_id", "asked_at"], unique=False)
        batch_op.create_index("ix_redemptions_queue", ["state", "asked_at"], unique=False)

    op.create_table(
        "voucher_codes",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("reward_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("code", sa.String(length=100), nullable=False),
        sa.Column("redemption_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.ForeignKeyConstraint(
            ["redemption_id"],
            ["redemptions.id"],
            name=op.f("fk_voucher_codes_redemption_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["reward_id"], ["rewards.id"], name=op.f("fk_voucher_codes_reward_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_voucher_codes")),
        sa.UniqueConstraint("reward_id", "code", name=op.f("uq_voucher_codes_reward_id_code")),
    )
    with op.batch_alter_table("voucher_codes", schema=None) as batch_op:
        batch_op.create_index(
            "ix_voucher_codes_free",
            ["reward_id", "id"],
            unique=False,
            sqlite_where=sa.text("redemption_id IS NULL"),
            postgresql_where=sa.text("redemption_id IS NULL"),
        )
        batch_op.create_index(batch_op.f("ix_voucher_codes_redemption_id"), ["redemption_id"], unique=False)

    with op.batch_alter_table("comments", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("helpful_count", sa.Integer(), server_default=sa.text("0"), nullable=False)
        )

    with op.batch_alter_table("service_levels", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("tier_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True)
        )
        batch_op.create_foreign_key(
            batch_op.f("fk_service_levels_tier_id"), "loyalty_tiers", ["tier_id"], ["id"], ondelete="RESTRICT"
        )

    for statement in GUARDS[op.get_bind().dialect.name]:
        op.execute(sa.DDL(statement.replace("%", "%%")))
    _begin()


def downgrade() -> None:
    """Go back."""
    with op.batch_alter_table("service_levels", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_service_levels_tier_id"), type_="foreignkey")
        batch_op.drop_column("tier_id")

    with op.batch_alter_table("comments", schema=None) as batch_op:
        batch_op.drop_column("helpful_count")

    with op.batch_alter_table("voucher_codes", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_voucher_codes_redemption_id"))
        batch_op.drop_index(
            "ix_voucher_codes_free",
            sqlite_where=sa.text("redemption_id IS NULL"),
            postgresql_where=sa.text("redemption_id IS NULL"),
        )

    op.drop_table("voucher_codes")
    with op.batch_alter_table("redemptions", schema=None) as batch_op:
        batch_op.drop_index("ix_redemptions_queue")
        batch_op.drop_index("ix_redemptions_limit")

    op.drop_table("redemptions")
    with op.batch_alter_table("lot_allocations", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_lot_allocations_transaction_id"))
        batch_op.drop_index(batch_op.f("ix_lot_allocations_hold_id"))

    op.drop_table("lot_allocations")
    with op.batch_alter_table("helpful_marks", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_helpful_marks_member_id"))

    op.drop_table("helpful_marks")
    with op.batch_alter_table("point_lots", schema=None) as batch_op:
        batch_op.drop_index("ix_point_lots_spending")
        batch_op.drop_index("ix_point_lots_qualifying")
        batch_op.drop_index("ix_point_lots_expiring")

    op.drop_table("point_lots")
    with op.batch_alter_table("point_holds", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_point_holds_member_id"))

    op.drop_table("point_holds")
    with op.batch_alter_table("point_debts", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_point_debts_member_id"))

    op.drop_table("point_debts")
    with op.batch_alter_table("ledger_entries", schema=None) as batch_op:
        batch_op.drop_index("ix_ledger_entries_account")

    op.drop_table("ledger_entries")
    with op.batch_alter_table("rewards", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_rewards_tier_id"))
        batch_op.drop_index(batch_op.f("ix_rewards_panel_id"))

    op.drop_table("rewards")
    with op.batch_alter_table("ledger_transactions", schema=None) as batch_op:
        batch_op.drop_index("ix_ledger_transactions_source")

    op.drop_table("ledger_transactions")
    with op.batch_alter_table("awards", schema=None) as batch_op:
        batch_op.drop_index("ix_awards_waiting")
        batch_op.drop_index("ix_awards_source")
        batch_op.drop_index(batch_op.f("ix_awards_panel_id"))
        batch_op.drop_index("ix_awards_member")
        batch_op.drop_index("ix_awards_limits")
        batch_op.drop_index("ix_awards_earned")
        batch_op.drop_index(batch_op.f("ix_awards_counterpart_id"))

    op.drop_table("awards")
    with op.batch_alter_table("tier_standings", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_tier_standings_tier_id"))
        batch_op.drop_index(batch_op.f("ix_tier_standings_grace_until"))
        batch_op.drop_index(batch_op.f("ix_tier_standings_counted_at"))

    op.drop_table("tier_standings")
    with op.batch_alter_table("tier_changes", schema=None) as batch_op:
        batch_op.drop_index("ix_tier_changes_member")

    op.drop_table("tier_changes")
    with op.batch_alter_table("referrals", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_referrals_inviter_id"))

    op.drop_table("referrals")
    op.drop_table("referral_links")
    with op.batch_alter_table("point_adjustments", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_point_adjustments_member_id"))

    op.drop_table("point_adjustments")
    op.drop_table("loyalty_wallets")
    with op.batch_alter_table("loyalty_rings", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_loyalty_rings_open",
            sqlite_where=sa.text("state <> 'dismissed'"),
            postgresql_where=sa.text("state <> 'dismissed'"),
        )
        batch_op.drop_index(batch_op.f("ix_loyalty_rings_member_id"))

    op.drop_table("loyalty_rings")
    with op.batch_alter_table("ledger_accounts", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_ledger_accounts_program",
            sqlite_where=sa.text("member_id IS NULL"),
            postgresql_where=sa.text("member_id IS NULL"),
        )

    op.drop_table("ledger_accounts")
    op.drop_table("expiry_warnings")
    op.drop_table("earning_rule_versions")
    op.drop_table("loyalty_tiers")
    op.drop_table("loyalty_programme")
    with op.batch_alter_table("books_checks", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_books_checks_checked_at"))

    op.drop_table("books_checks")
    for statement in GUARDS_GONE[op.get_bind().dialect.name]:
        op.execute(sa.DDL(statement))


def _begin() -> None:
    """The programme as it comes: its accounts, the first version of each rule, and three tiers."""
    now = datetime.now(UTC)
    _insert("loyalty_programme", [PROGRAMME])
    _insert("ledger_accounts", [{"kind": kind} for kind in ACCOUNTS])
    _insert(
        "earning_rule_versions",
        [{**ALL_RULES, **RULES[rule], "rule": rule, "made_at": now} for rule in RULES],
    )
    _insert("loyalty_tiers", [{**tier, "changed_at": now} for tier in TIERS])


def _insert(name: str, rows: list[dict[str, object]]) -> None:
    kinds = {"name": sa.JSON(), "benefits": sa.JSON(), "made_at": UtcDateTime(), "changed_at": UtcDateTime()}
    columns = [sa.column(column, kinds.get(column)) for column in rows[0]]
    op.bulk_insert(sa.table(name, *columns), rows)
