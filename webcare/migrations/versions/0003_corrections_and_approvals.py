"""Make room for corrections, approvals, volunteers, shifts, broadcasts, promises and approved texts."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "shifts",
        sa.Column("agent_id", sa.BigInteger(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("break_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.ForeignKeyConstraint(["agent_id"], ["agents.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(
        "uq_shifts_running", "shifts", ["agent_id"], unique=True, postgresql_where=sa.text("ended_at IS NULL")
    )
    op.create_table(
        "text_approvals",
        sa.Column("playbook", sa.Text(), nullable=False),
        sa.Column("noun", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("sha256", sa.LargeBinary(), nullable=False),
        sa.Column("approved_by", sa.BigInteger(), nullable=False),
        sa.Column("approved_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.ForeignKeyConstraint(["approved_by"], ["agents.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("playbook", "noun", "key", "sha256"),
    )
    op.create_table(
        "broadcasts",
        sa.Column("activation_id", sa.BigInteger(), nullable=True),
        sa.Column("kind", sa.Text(), server_default="update", nullable=False),
        sa.Column("parts", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("facts", postgresql.JSONB(astext_type=sa.Text()), server_default="{}", nullable=False),
        sa.Column("next_update_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("state", sa.Text(), server_default="draft", nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("publish_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("paused_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("paused_why", sa.Text(), server_default="", nullable=False),
        sa.Column("author_id", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("approved_by", sa.BigInteger(), nullable=True),
        sa.Column("approved_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.ForeignKeyConstraint(["activation_id"], ["activations.id"]),
        sa.ForeignKeyConstraint(["approved_by"], ["agents.id"]),
        sa.ForeignKeyConstraint(["author_id"], ["agents.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_broadcasts_activation", "broadcasts", ["activation_id", "id"], unique=False)
    op.create_index(
        "ix_broadcasts_due",
        "broadcasts",
        ["publish_at"],
        unique=False,
        postgresql_where=sa.text("state = 'approved' AND paused_at IS NULL"),
    )
    op.create_table(
        "volunteers",
        sa.Column("agent_id", sa.BigInteger(), nullable=False),
        sa.Column("activation_id", sa.BigInteger(), nullable=False),
        sa.Column("code_version", sa.Text(), nullable=False),
        sa.Column("code_accepted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("card_read_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("buddy_id", sa.BigInteger(), nullable=True),
        sa.Column("unchanged", sa.Integer(), server_default="0", nullable=False),
        sa.Column("trusted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["activation_id"], ["activations.id"]),
        sa.ForeignKeyConstraint(["agent_id"], ["agents.id"]),
        sa.ForeignKeyConstraint(["buddy_id"], ["agents.id"]),
        sa.PrimaryKeyConstraint("agent_id"),
    )
    op.create_index(op.f("ix_volunteers_activation_id"), "volunteers", ["activation_id"], unique=False)
    op.create_table(
        "broadcast_posts",
        sa.Column("broadcast_id", sa.BigInteger(), nullable=False),
        sa.Column("inbox_id", sa.BigInteger(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), server_default="queued", nullable=False),
        sa.Column("attempts", sa.Integer(), server_default="0", nullable=False),
        sa.Column("not_before", sa.DateTime(timezone=True), nullable=False),
        sa.Column("lease_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("words", sa.Text(), server_default="", nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.ForeignKeyConstraint(["broadcast_id"], ["broadcasts.id"]),
        sa.ForeignKeyConstraint(["inbox_id"], ["inboxes.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("broadcast_id", "inbox_id", "language"),
        sa.UniqueConstraint("key"),
    )
    op.create_index(
        "ix_broadcast_posts_due",
        "broadcast_posts",
        ["not_before", "id"],
        unique=False,
        postgresql_where=sa.text("state IN ('queued', 'retry_wait', 'sending')"),
    )
    op.create_table(
        "promises",
        sa.Column("activation_id", sa.BigInteger(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_by", sa.BigInteger(), nullable=False),
        sa.Column("kept_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("missed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("moved_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("broadcast_id", sa.BigInteger(), nullable=True),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.ForeignKeyConstraint(["activation_id"], ["activations.id"]),
        sa.ForeignKeyConstraint(["broadcast_id"], ["broadcasts.id"]),
        sa.ForeignKeyConstraint(["made_by"], ["agents.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_promises_activation", "promises", ["activation_id", "due_at"], unique=False)
    op.create_table(
        "corrections",
        sa.Column("activation_id", sa.BigInteger(), nullable=False),
        sa.Column("fact_id", sa.BigInteger(), nullable=False),
        sa.Column("wrong_version_id", sa.BigInteger(), nullable=False),
        sa.Column("right_version_id", sa.BigInteger(), nullable=True),
        sa.Column("state", sa.Text(), server_default="drafting", nullable=False),
        sa.Column("wrong", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("right", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("listed_up_to", sa.Integer(), server_default="0", nullable=False),
        sa.Column("started_by", sa.BigInteger(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("drafted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("approved_by", sa.BigInteger(), nullable=True),
        sa.Column("approved_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_by", sa.BigInteger(), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.ForeignKeyConstraint(["activation_id"], ["activations.id"]),
        sa.ForeignKeyConstraint(["approved_by"], ["agents.id"]),
        sa.ForeignKeyConstraint(["closed_by"], ["agents.id"]),
        sa.ForeignKeyConstraint(["fact_id"], ["facts.id"]),
        sa.ForeignKeyConstraint(["right_version_id"], ["fact_versions.id"]),
        sa.ForeignKeyConstraint(["started_by"], ["agents.id"]),
        sa.ForeignKeyConstraint(["wrong_version_id"], ["fact_versions.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(
        "uq_corrections_open",
        "corrections",
        ["wrong_version_id"],
        unique=True,
        postgresql_where=sa.text("state IN ('drafting', 'ready', 'sending')"),
    )
    op.create_table(
        "approvals",
        sa.Column("conversation_id", sa.BigInteger(), nullable=False),
        sa.Column("author_id", sa.BigInteger(), nullable=False),
        sa.Column("approver", sa.Text(), nullable=False),
        sa.Column("why_needed", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("sha256", sa.LargeBinary(), nullable=False),
        sa.Column("reply_template", sa.Text(), nullable=True),
        sa.Column("reply_template_version", sa.Integer(), nullable=True),
        sa.Column("facts", postgresql.JSONB(astext_type=sa.Text()), server_default="{}", nullable=False),
        sa.Column("seen_version", sa.Integer(), nullable=False),
        sa.Column("client_token", sa.Text(), nullable=False),
        sa.Column("activation_id", sa.BigInteger(), nullable=True),
        sa.Column("state", sa.Text(), server_default="waiting", nullable=False),
        sa.Column("is_changed", sa.Boolean(), server_default="false", nullable=False),
        sa.Column("why", sa.Text(), server_default="", nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_by", sa.BigInteger(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("message_id", sa.BigInteger(), nullable=True),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.ForeignKeyConstraint(["activation_id"], ["activations.id"]),
        sa.ForeignKeyConstraint(["author_id"], ["agents.id"]),
        sa.ForeignKeyConstraint(["conversation_id"], ["conversations.id"]),
        sa.ForeignKeyConstraint(["decided_by"], ["agents.id"]),
        sa.ForeignKeyConstraint(["message_id"], ["messages.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("conversation_id", "client_token"),
    )
    op.create_index("ix_approvals_author", "approvals", ["author_id", "id"], unique=False)
    op.create_index(
        "ix_approvals_waiting",
        "approvals",
        ["created_at", "id"],
        unique=False,
        postgresql_where=sa.text("state = 'waiting'"),
    )
    op.create_index(
        "uq_approvals_waiting",
        "approvals",
        ["conversation_id", "author_id"],
        unique=True,
        postgresql_where=sa.text("state = 'waiting'"),
    )
    op.create_table(
        "correction_notices",
        sa.Column("correction_id", sa.BigInteger(), nullable=False),
        sa.Column("conversation_id", sa.BigInteger(), nullable=False),
        sa.Column("message_id", sa.BigInteger(), nullable=False),
        sa.Column("outbound_id", sa.BigInteger(), nullable=True),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), server_default="drafted", nullable=False),
        sa.Column("why", sa.Text(), server_default="", nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.ForeignKeyConstraint(["conversation_id"], ["conversations.id"]),
        sa.ForeignKeyConstraint(["correction_id"], ["corrections.id"]),
        sa.ForeignKeyConstraint(["message_id"], ["messages.id"]),
        sa.ForeignKeyConstraint(["outbound_id"], ["messages.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("correction_id", "conversation_id"),
    )
    op.create_index(
        "ix_correction_notices_outbound",
        "correction_notices",
        ["outbound_id"],
        unique=False,
        postgresql_where=sa.text("outbound_id IS NOT NULL"),
    )
    op.create_index(
        "ix_correction_notices_state", "correction_notices", ["correction_id", "state", "id"], unique=False
    )
    op.add_column("conversations", sa.Column("receipt_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("invitations", sa.Column("activation_id", sa.BigInteger(), nullable=True))
    op.create_foreign_key(None, "invitations", "activations", ["activation_id"], ["id"])
    op.add_column("messages", sa.Column("approved_by", sa.BigInteger(), nullable=True))
    op.add_column(
        "messages",
        sa.Column("overrides", postgresql.JSONB(astext_type=sa.Text()), server_default="{}", nullable=False),
    )
    op.create_foreign_key(None, "messages", "agents", ["approved_by"], ["id"])


def downgrade() -> None:
    op.drop_column("messages", "overrides")
    op.drop_column("messages", "approved_by")
    op.drop_column("invitations", "activation_id")
    op.drop_column("conversations", "receipt_at")
    op.drop_table("correction_notices")
    op.drop_table("approvals")
    op.drop_table("corrections")
    op.drop_table("promises")
    op.drop_table("broadcast_posts")
    op.drop_table("volunteers")
    op.drop_table("broadcasts")
    op.drop_table("text_approvals")
    op.drop_table("shifts")
