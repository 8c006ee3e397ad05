"""Keep what people judge of urgency, which model assessed a message, and which facts a text doesn't state."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "judgements",
        sa.Column("conversation_id", sa.BigInteger(), nullable=False),
        sa.Column("agent_id", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("heard_from", sa.DateTime(timezone=True), nullable=False),
        sa.Column("level", sa.SmallInteger(), nullable=False),
        sa.Column("intents", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("level_before", sa.SmallInteger(), nullable=False),
        sa.Column("intents_before", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("model", sa.Text(), server_default="", nullable=False),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.ForeignKeyConstraint(
            ["agent_id"],
            ["agents.id"],
        ),
        sa.ForeignKeyConstraint(
            ["conversation_id"],
            ["conversations.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_judgements_conversation", "judgements", ["conversation_id", "at"], unique=False)
    for table in ("approvals", "drafts"):
        op.add_column(
            table,
            sa.Column(
                "not_stated", postgresql.JSONB(astext_type=sa.Text()), server_default="{}", nullable=False
            ),
        )
    op.add_column("desk", sa.Column("learned_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("messages", sa.Column("confidence", sa.REAL(), nullable=True))
    op.add_column("messages", sa.Column("model", sa.Text(), nullable=True))


def downgrade() -> None:
    for table in ("approvals", "drafts"):
        op.drop_column(table, "not_stated")
    op.drop_column("messages", "model")
    op.drop_column("messages", "confidence")
    op.drop_column("desk", "learned_at")
    op.drop_index("ix_judgements_conversation", table_name="judgements")
    op.drop_table("judgements")
