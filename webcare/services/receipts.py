"""Gives contacts one automatic first receipt while a crisis asks for it, and never after a person."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, not_, select, text
from sqlalchemy.orm import Session, aliased

from webcare import clock, live
from webcare.domain import receipts, replies
from webcare.domain.lanes import PRESS, THREAT
from webcare.domain.playbook import Playbook, ReplyTemplate
from webcare.domain.replies import Ground
from webcare.models import Activation, Conversation
from webcare.queries import (
    broadcast_facts,
    covered,
    desk,
    fact_versions,
    reply_times,
    rules,
    running,
    text_approvals,
)
from webcare.queries.fact_versions import HeldFact
from webcare.services import outgoing, timeline

# Later than this a receipt says nothing that an answer doesn't say better.
FRESH = timedelta(hours=1)
# Two machines that greet each other stop after one round (RFC 3834).
ONE_PER_CONTACT = timedelta(hours=24)
# Who gives receipts now; a second one meanwhile would not see whom the first is greeting.
_LOCK_NUMBER = 7_391_482_207
_SILENT_POLICIES = ("hold", "allowlist-only")
_RECEIPT, _EMERGENCY = ".ack.receipt", ".ack.emergency"

_TAKE = text("SELECT pg_try_advisory_xact_lock(:number)")
# One human word, one message of a machine, or one that others can read is enough for silence.
_SPOKEN = """
    EXISTS (SELECT 1 FROM messages m WHERE m.conversation_id = c.id
            AND (m.direction <> 'inbound' OR m.is_automatic OR m.is_public OR m.trouble IS NOT NULL
                 OR m.threading ? 'no_auto_reply'))
"""
_C = aliased(Conversation, name="c")
_BEGUN = text(
    """
    c.state = 'open' AND c.receipt_at IS NULL AND NOT c.is_public AND c.last_message_at > :since
      AND c.created_at > :since AND c.rehearsal_id IS NOT DISTINCT FROM :rehearsal
      AND (c.urgency > 0 OR :for_danger) AND NOT (c.intents && CAST(:never AS text[]))
      AND NOT EXISTS (SELECT 1 FROM conversations o WHERE o.contact_id = c.contact_id
                      AND o.receipt_at > :lately)
      AND NOT SPOKEN
""".replace("SPOKEN", _SPOKEN)
)
# Looked at once more under the lock: a reply that was committed a moment ago counts.
_STAMP = text(
    """
    UPDATE conversations c SET receipt_at = :now
    WHERE c.id = ANY(:ids) AND c.receipt_at IS NULL AND NOT SPOKEN RETURNING c.id
""".replace("SPOKEN", _SPOKEN)
)


@dataclass(frozen=True, slots=True)
class _Worded:
    """A receipt and the playbook's text that it was made from, if it was."""

    receipt: receipts.Receipt
    template: ReplyTemplate | None = None


@dataclass(slots=True)
class _Giver:
    """One crisis that asks for receipts, with what its texts stand on; each text is made once.

    `where` leaves the conversations that it covers and that no crisis of silence covers as well.
    """

    activation_id: int
    rehearsal_id: int | None
    since: datetime
    where: ColumnElement[bool]
    playbook: Playbook
    held: Mapping[str, HeldFact]
    approved: frozenset[tuple[str, str]]
    made: dict[tuple[str, bool, frozenset[int]], _Worded | None] = field(default_factory=dict)
    held_by: dict[tuple[int, ...], Mapping[str, HeldFact]] = field(default_factory=dict)

    @property
    def emergency(self) -> ReplyTemplate | None:
        """Return the text for a danger, if somebody approved it by name or the folder did."""
        found = _ending(self.playbook, _EMERGENCY)
        return found if found and ("reply", found.key) in self.approved else None

    def words(
        self, language: str, *, is_danger: bool, held: Mapping[str, HeldFact] | None = None
    ) -> _Worded | None:
        """Return what to say in a language by the facts for one reader; None when nothing may be said."""
        known = self.held if held is None else held
        key = (language, is_danger, frozenset(each.version_id for each in known.values()))
        if key not in self.made:
            self.made[key] = self._worded(language, known, is_danger=is_danger)
        return self.made[key]

    def _worded(self, language: str, held: Mapping[str, HeldFact], *, is_danger: bool) -> _Worded | None:
        facts = {key: each.value for key, each in held.items()}
        ground = Ground.of(self.playbook, facts, clock.now())
        template = self.emergency if is_danger else _ending(self.playbook, _RECEIPT)
        if template is not None and text_approvals.needs(self.playbook, template):
            template = template if ("reply", template.key) in self.approved else None
        lacks = template is None or (language not in template.texts.root and language in receipts.LANGUAGES)
        own = _filled(template, language, ground) if template and (is_danger or not lacks) else None
        if own is not None or is_danger:
            return own
        return _Worded(receipts.built_in(language, self.playbook.title.root, ground))


def give(session: Session, limit: int) -> int:
    """Queue at most `limit` receipts for conversations that just began; return how many.

    Nothing leaves while outbound is paused, under a playbook that holds replies, to machines, in public, to
    the press, after a threat, or for a danger (U0) without an approved emergency line.
    """
    if not session.execute(_TAKE, {"number": _LOCK_NUMBER}).scalar_one() or desk.outbound(session).paused_at:
        return 0
    given = 0
    for giver in _givers(session):
        if given < limit:
            given += _give(session, giver, limit - given)
    return given


def _givers(session: Session) -> list[_Giver]:
    """Return the crises that ask for receipts and whose inboxes may be answered at all, newest first."""
    asked = (
        select(Activation.id, Activation.started_at)
        .where(Activation.ended_at.is_(None), Activation.options["receipt"].as_boolean())
        .order_by(Activation.id.desc())
    )
    active = {each.id: each for each in running.now(session)}
    silent = [each for each in active.values() if _is_silent(session, each)]
    return [
        _giver(session, active[row.id], row.started_at, silent)
        for row in session.execute(asked).all()
        if row.id in active and active[row.id] not in silent
    ]


def _is_silent(session: Session, one: running.Running) -> bool:
    return rules.frozen(session, one.id, one.fingerprint).reply_policy in _SILENT_POLICIES


def _giver(
    session: Session, own: running.Running, since: datetime, silent: Sequence[running.Running]
) -> _Giver:
    is_real = own.mode == "real"
    quiet = [covered.condition(each.coverage, _C) for each in silent if is_real and each.mode == "real"]
    where = and_(covered.condition(own.coverage, _C), *(not_(each) for each in quiet))
    held = _public(session, running.beside(session, own.coverage) if is_real else (own.id,))
    playbook = rules.frozen(session, own.id, own.fingerprint)
    approved = text_approvals.approved(session, playbook)
    return _Giver(own.id, None if is_real else own.id, since, where, playbook, held, approved)


def _public(session: Session, activation_ids: Sequence[int]) -> dict[str, HeldFact]:
    """Return the facts of these activations without private ones: what hundreds get is as good as public."""
    held = fact_versions.held(session, activation_ids)
    for key in broadcast_facts.private(session, held):
        del held[key]
    return held


def _give(session: Session, giver: _Giver, limit: int) -> int:
    now = clock.now()
    asked: dict[str, Any] = {
        "since": max(giver.since, now - FRESH),
        "rehearsal": giver.rehearsal_id,
        "for_danger": giver.words("en", is_danger=True) is not None,
        "never": [THREAT, PRESS],
        "lately": now - ONE_PER_CONTACT,
    }
    finding = select(_C.id, _C.contact_id).where(_BEGUN, giver.where).order_by(_C.id).limit(limit)
    # Of two conversations that one contact began, the first one gets it.
    found = session.execute(finding.with_for_update(of=_C, skip_locked=True), asked).all()
    first = {row.contact_id: row.id for row in reversed(found)}
    stamped = session.scalars(_STAMP, {"ids": list(first.values()), "now": now}).all()
    rows = session.scalars(select(Conversation).where(Conversation.id.in_(stamped)).order_by(Conversation.id))
    said = [row for row in rows if _queue(session, giver, row)]
    data = {"activation_id": giver.activation_id}
    timeline.record_many(session, "receipted", [(None, ("conversation", row.id), data) for row in said])
    if said:
        live.tell(session, "conversation", [row.id for row in said])
    return len(said)


def _held(session: Session, giver: _Giver, row: Conversation) -> Mapping[str, HeldFact]:
    """Return the public facts of what covers this conversation; the crisis of another inbox says nothing."""
    ids = rules.in_force(session, row).activation_ids
    if ids not in giver.held_by:
        giver.held_by[ids] = _public(session, ids)
    return reply_times.for_reader(session, giver.held_by[ids], row.inbox_id, row.language)


def _queue(session: Session, giver: _Giver, row: Conversation) -> bool:
    held = _held(session, giver, row)
    worded = giver.words(row.language, is_danger=row.urgency == 0, held=held)
    if worded is None:
        return False
    receipt, template = worded.receipt, worded.template
    what = outgoing.Outgoing(
        text=receipt.text,
        language=receipt.language,
        activation_id=giver.activation_id,
        reply_template=(template.key, template.version) if template else None,
        version_ids=tuple(sorted(held[each].version_id for each in receipt.facts)),
        is_automatic=True,
    )
    outgoing.queue(session, row, what)
    return True


def _ending(playbook: Playbook, ending: str) -> ReplyTemplate | None:
    return next((each for each in playbook.replies if each.key.endswith(ending)), None)


def _filled(template: ReplyTemplate, language: str, ground: Ground) -> _Worded | None:
    """Return the playbook's own text, in English if need be; None when it lacks a fact or a value.

    Nothing of the contact fills it, not even a name: a receipt must not carry a stranger's words.
    """
    made = replies.render(template, language, ground, {})
    if made.unfilled or replies.problems(template, ground.facts, ground.now):
        return None
    return _Worded(receipts.Receipt(made.text, made.language, made.facts), template)
