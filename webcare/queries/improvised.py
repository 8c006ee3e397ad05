"""Reads replies that people wrote without a template and that worked, as material for new templates."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import text
from sqlalchemy.orm import Session

from webcare.domain.masking import mask
from webcare.domain.rights import Who

QUIET = timedelta(hours=24)
"""How long a conversation must have stayed resolved before its reply counts as a good one."""

# Conversations resolved while the playbook was in force, or in the week after; the newest ones are enough.
_GOOD = text("""
    WITH used AS (
        SELECT id, mode, started_at, coalesce(ended_at, :now) AS ended_at FROM activations
        WHERE playbook = :playbook AND options->>'ended_as' IS DISTINCT FROM 'undone'
    ), resolved AS (
        SELECT e.noun_id AS conversation_id, e.at FROM events e
        WHERE e.verb = 'resolved' AND e.noun = 'conversation' AND e.at <= CAST(:now AS timestamptz) - :quiet
        ORDER BY e.id DESC LIMIT 20000
    ), good AS (
        SELECT DISTINCT ON (m.id) m.id, m.text, m.language, c.intents, t.name, r.at
        FROM resolved r
        JOIN conversations c ON c.id = r.conversation_id AND c.state = 'resolved'
        JOIN contacts t ON t.id = c.contact_id
        JOIN messages m ON m.conversation_id = c.id AND m.direction = 'outbound' AND m.at <= r.at
             AND m.reply_template IS NULL AND NOT m.is_automatic AND m.agent_id IS NOT NULL
        JOIN used u ON m.at >= u.started_at AND m.at <= u.ended_at
             AND c.rehearsal_id IS NOT DISTINCT FROM CASE WHEN u.mode = 'rehearsal' THEN u.id END
        JOIN deliveries d ON d.message_id = m.id AND d.state IN ('sent', 'withheld')
        ORDER BY m.id, r.at
    )
    SELECT g.id, g.text, g.language, g.intents, g.name, g.at
    FROM good g JOIN messages m ON m.id = g.id
    WHERE NOT EXISTS (SELECT 1 FROM messages later WHERE later.conversation_id = m.conversation_id
                      AND later.direction = 'inbound' AND later.at > g.at AND later.at <= g.at + :quiet)
      AND NOT EXISTS (SELECT 1 FROM events e WHERE e.verb = 'reopened' AND e.noun_id = m.conversation_id
                      AND e.noun = 'conversation' AND e.at > g.at AND e.at <= g.at + :quiet)
    ORDER BY g.id DESC
""")

_SIGNED = re.compile(r"\s*\^[A-Z]{1,4}\s*$")
_DIGITS = re.compile(r"\d+")
_SPACE = re.compile(r"\s+")


@dataclass(frozen=True, slots=True)
class Improvised:
    """A reply that people found for themselves: how often it was used, and the words of the newest one.

    `text` has the contact's name and the initials as placeholders, and what is personal masked.
    """

    text: str
    language: str
    intents: tuple[str, ...]
    count: int
    last_at: datetime


def good(session: Session, who: Who, slug: str, now: datetime) -> tuple[Improvised, ...]:
    """Return replies without a template, sent under a playbook, whose conversations stayed resolved.

    A conversation counts when nobody wrote or reopened it for 24 hours. Texts that differ only in name,
    numbers and signature are one; the most repeated come first. Empty for who can't see all teams.
    """
    if not who.sees_all_teams:
        return ()
    found = session.execute(_GOOD, {"playbook": slug, "now": now, "quiet": QUIET})
    groups: dict[tuple[str, str], Improvised] = {}
    for row in found:
        words = _template(row.text, row.name)
        key = (row.language, _DIGITS.sub("0", _SPACE.sub(" ", words)).casefold())
        before = groups.get(key)
        if before is None:
            groups[key] = Improvised(words, row.language, tuple(row.intents), 1, row.at)
        else:
            intents = tuple(dict.fromkeys((*before.intents, *row.intents)))
            groups[key] = Improvised(before.text, before.language, intents, before.count + 1, before.last_at)
    return tuple(sorted(groups.values(), key=lambda each: -each.count))


def snippet(improvised: Improvised, taken: Sequence[str] = ()) -> str:
    """Return YAML to copy into a playbook's replies: a sample, whose other language is still to be written.

    `taken` are keys that the playbook has already. `webcare playbook check` refuses it until a person has
    written the missing language, so half a template can't slip in.
    """
    stem = f"improvised.{improvised.intents[0] if improvised.intents else 'reply'}"
    key = next(name for name in (stem, *(f"{stem}{n}" for n in range(2, 1000))) if name not in taken)
    intents = ", ".join(improvised.intents[:3])
    missing = "nl" if improvised.language != "nl" else "en"
    lines = [
        f"  - key: {key}",
        "    version: 1",
        '    purpose: {en: "", nl: ""}  # what it is for, in both languages',
        "    channels: [dm, email]",
        "    requires: []  # the facts that it states; write them as {fact_key} in the words",
        f"    intents: [{intents}]",
        "    approved: false",
        "    texts:",
        f"      {improvised.language}: |",
        *(f"        {line}" if line else "" for line in improvised.text.splitlines()),
        f'      {missing}: ""  # the same in the other language',
    ]
    return "\n".join(lines) + "\n"


def _template(words: str, name: str) -> str:
    """Return a sent text as a template: masked, without braces of its own, with name and initials open."""
    plain = mask(words).replace("{", "(").replace("}", ")").strip()
    plain, signed = _SIGNED.subn("", plain)
    for part in (name.strip(), name.strip().partition(" ")[0]):
        if len(part) > 1:
            plain = re.sub(rf"\s+{re.escape(part)}\b", "{name: {name}}", plain)
    return f"{plain} ^{{initials}}" if signed else plain
