"""Make the timeline append-only, and give the desk its one row."""

from __future__ import annotations

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute(
        """
        CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            RAISE EXCEPTION 'The timeline is append-only: % on % is refused.', TG_OP, TG_TABLE_NAME;
        END $$
        """
    )
    op.execute(
        "CREATE TRIGGER events_append_only BEFORE UPDATE OR DELETE ON events"
        " FOR EACH ROW EXECUTE FUNCTION refuse_change()"
    )
    # The worker refuses before a channel is even loaded; this fence holds if it ever forgets.
    op.execute(
        """
        CREATE FUNCTION refuse_rehearsal() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            IF EXISTS (
                SELECT 1 FROM deliveries d
                JOIN messages m ON m.id = d.message_id
                JOIN conversations c ON c.id = m.conversation_id
                JOIN inboxes i ON i.id = d.inbox_id
                WHERE d.id = NEW.delivery_id
                  AND (c.rehearsal_id IS NOT NULL OR i.rehearsal_id IS NOT NULL OR i.channel = 'rehearsal')
            ) THEN
                RAISE EXCEPTION 'Delivery % belongs to a rehearsal; nothing may be sent.', NEW.delivery_id;
            END IF;
            RETURN NEW;
        END $$
        """
    )
    op.execute(
        "CREATE TRIGGER attempts_not_in_rehearsal BEFORE INSERT ON delivery_attempts"
        " FOR EACH ROW EXECUTE FUNCTION refuse_rehearsal()"
    )
    op.execute("INSERT INTO desk (id, epoch) VALUES (1, 0)")


def downgrade() -> None:
    op.execute("DELETE FROM desk")
    op.execute("DROP TRIGGER attempts_not_in_rehearsal ON delivery_attempts")
    op.execute("DROP FUNCTION refuse_rehearsal()")
    op.execute("DROP TRIGGER events_append_only ON events")
    op.execute("DROP FUNCTION refuse_change()")
