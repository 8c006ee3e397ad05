"""Give conversations a lane, and keep evidence that nothing changes."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("conversations", sa.Column("lane", sa.Text(), server_default="queue", nullable=False))
    op.add_column("conversations", sa.Column("lane_by", sa.BigInteger(), nullable=True))
    op.create_foreign_key(None, "conversations", "agents", ["lane_by"], ["id"])
    op.create_table(
        "evidence",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("conversation_id", sa.BigInteger(), nullable=False),
        sa.Column("raw_event_id", sa.BigInteger(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("sha256", sa.LargeBinary(), nullable=False),
        sa.Column("headers", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("kept_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["conversation_id"], ["conversations.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("raw_event_id"),
    )
    op.create_index(op.f("ix_evidence_conversation_id"), "evidence", ["conversation_id"], unique=False)
    op.execute(
        """
        CREATE FUNCTION refuse_evidence_change() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            RAISE EXCEPTION 'Evidence is kept as it came: % is refused.', TG_OP;
        END $$
        """
    )
    op.execute(
        "CREATE TRIGGER evidence_stays BEFORE UPDATE OR DELETE ON evidence"
        " FOR EACH ROW EXECUTE FUNCTION refuse_evidence_change()"
    )


def downgrade() -> None:
    op.drop_table("evidence")
    op.execute("DROP FUNCTION refuse_evidence_change()")
    op.drop_column("conversations", "lane_by")
    op.drop_column("conversations", "lane")
