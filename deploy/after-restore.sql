-- Run once on a restored database, before any worker is started:
--   psql "$DATABASE_URL" -v ON_ERROR_STOP=1 -1 -f deploy/after-restore.sql
-- Afterwards nothing leaves by itself: what a backup calls unsent may have arrived since, so a person decides.

UPDATE conversations c
SET state = 'open', state_at = now(), level_since = now(), due_at = now(),
    waiting_since = coalesce(c.waiting_since, now()), version = c.version + 1
FROM messages m JOIN deliveries d ON d.message_id = m.id
WHERE m.conversation_id = c.id AND c.state <> 'open' AND c.rehearsal_id IS NULL
  AND d.state IN ('queued', 'retry_wait', 'claimed', 'sending', 'unknown');

UPDATE deliveries d
SET state = 'unknown', claimed_by = NULL, lease_until = NULL, changed_at = now(),
    words = 'Restored from a backup: look in the channel whether it arrived.'
FROM messages m JOIN conversations c ON c.id = m.conversation_id
WHERE m.id = d.message_id AND c.rehearsal_id IS NULL
  AND d.state IN ('queued', 'retry_wait', 'claimed', 'sending');

-- Slack may have been told already; the lines stay on the desk under Alerts.
UPDATE alerts SET state = 'desk', lease_until = NULL, changed_at = now()
WHERE state IN ('queued', 'sending');

-- A backup brings back sign-ins and links that were ended since.
UPDATE sign_ins SET ended_at = now() WHERE ended_at IS NULL;
UPDATE invitations SET expires_at = now() WHERE expires_at > now();

-- Signs of life of processes that are gone.
DELETE FROM heartbeats;

INSERT INTO events (at, verb, noun, data)
VALUES (now(), 'restored', 'desk', '{"by": "deploy/after-restore.sql"}');
