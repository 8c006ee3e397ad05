"""Give activations a scope and conversations labels; keep reply times, injects and public corrections."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "injects",
        sa.Column("activation_id", sa.BigInteger(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("thrown_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("thrown_by", sa.BigInteger(), nullable=True),
        sa.Column("subject", postgresql.JSONB(astext_type=sa.Text()), server_default="{}", nullable=False),
        sa.Column("met_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("met_by", sa.BigInteger(), nullable=True),
        sa.Column("why", sa.Text(), server_default="", nullable=False),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.ForeignKeyConstraint(
            ["activation_id"],
            ["activations.id"],
        ),
        sa.ForeignKeyConstraint(
            ["met_by"],
            ["agents.id"],
        ),
        sa.ForeignKeyConstraint(
            ["thrown_by"],
            ["agents.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("activation_id", "key"),
    )
    op.create_table(
        "reply_times",
        sa.Column("inbox_id", sa.BigInteger(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("measured_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expected_minutes", sa.Integer(), nullable=True),
        sa.Column("measured_minutes", sa.Integer(), nullable=True),
        sa.Column("replies", sa.Integer(), nullable=False),
        sa.Column("waiting", sa.Integer(), nullable=False),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.ForeignKeyConstraint(
            ["inbox_id"],
            ["inboxes.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(
        "ix_reply_times_newest", "reply_times", ["inbox_id", "language", "measured_at"], unique=False
    )
    op.add_column(
        "activations",
        sa.Column("scope", postgresql.JSONB(astext_type=sa.Text()), server_default="{}", nullable=False),
    )
    op.add_column("broadcasts", sa.Column("correction_id", sa.BigInteger(), nullable=True))
    op.create_foreign_key(None, "broadcasts", "corrections", ["correction_id"], ["id"])
    op.add_column(
        "conversations", sa.Column("labels", postgresql.ARRAY(sa.Text()), server_default="{}", nullable=False)
    )


def downgrade() -> None:
    op.drop_column("conversations", "labels")
    op.drop_column("broadcasts", "correction_id")
    op.drop_column("activations", "scope")
    op.drop_index("ix_reply_times_newest", table_name="reply_times")
    op.drop_table("reply_times")
    op.drop_table("injects")
