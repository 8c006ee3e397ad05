"""Decides about replies that wait: yes to exactly this text, a mended one, or back to its author."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import RowMapping, select, update
from sqlalchemy.orm import Session

from webcare import clock
from webcare.domain import approvals
from webcare.domain.ago import ago
from webcare.domain.checks import Finding
from webcare.domain.rights import Who
from webcare.errors import Conflict, NotAllowed, NotFound, Refused
from webcare.models import Approval, Conversation
from webcare.queries import agents, scope
from webcare.queries import approvals as approval_rows
from webcare.services import (
    approval_requests,
    arrivals,
    assignment,
    conversations,
    delivery,
    grounds,
    overrides,
    reply_checks,
    reply_findings,
    template_only,
    timeline,
    trust,
    wording,
)

_LONGEST_REASON = 500
_OWN = "You wrote this reply yourself; somebody else has to read it. You can take it back and change it."


@dataclass(frozen=True, slots=True)
class Decision:
    """An approver's yes: `sha256` (hex) is that of the text they read, `text` what they made of it, if so.

    `override_reason` lets what the checks stop pass; for leads.
    """

    approval_id: int
    sha256: str
    text: str | None = None
    override_reason: str = ""


@dataclass(frozen=True, slots=True)
class Look:
    """What an approver should know of a text now: what the checks found, and why it can't leave, if so."""

    findings: tuple[Finding, ...]
    obstacles: tuple[str, ...]


def approve(session: Session, who: Who, given: Decision) -> delivery.SubmittedRow:
    """Send a waiting reply in its author's name, after every check of `submit` once more.

    Raises NotAllowed (the author, or a role that isn't enough), NotFound, Conflict (somebody decided
    before, the text is another one, something arrived, a colleague took over) and Refused as `submit` does.
    """
    _may_approve(who)
    row = _conversation(session, who, given.approval_id)
    mended = None if given.text is None else wording.checked(given.text, "reply", delivery.LONGEST)
    taken = _taken(session, who, given, ("approved", ""))
    text = mended or taken["text"]
    is_changed = text != taken["text"]
    author = _author(session, taken, row)
    if row.state == "resolved" and row.state_at > taken["created_at"]:
        raise Conflict("The conversation was resolved meanwhile. Nothing was sent; open it again if it must.")
    if row.assignee_id != who.agent_id:
        assignment.refuse_held(session, author, row)
    arrivals.refuse_unseen(session, row, taken["seen_version"])
    passing = overrides.Passing(who, given.override_reason) if given.override_reason else None
    on = delivery.fit(session, author, row, (text, taken["reply_template"], taken["facts"]), passing)
    # What the approver mended has their right to free words behind it.
    template_only.refuse_edited(who if is_changed else author, on, text)
    need = approvals.stricter(
        approvals.of_name(taken["approver"], taken["why_needed"]),
        approval_rows.need_under(session, author, on.playbooks, row.urgency),
    )
    if not approvals.suffices(who, need):
        raise NotAllowed(f"{need.why} Ask a team lead to approve it.")
    by = (taken["id"], who.agent_id)
    # Before it leaves, so that what ends with this answer doesn't end this approval.
    # Words that the approver wrote may well state what the author's did not.
    denied = {} if is_changed else taken["not_stated"]
    leaving = delivery.Leaving(author, text, taken["client_token"], on, by, not_stated=denied)
    queued = delivery.leave(session, row, leaving)
    _keep_outcome(session, taken["id"], queued.message_id, is_changed=is_changed)
    trust.credit(session, who, author.agent_id, is_changed=is_changed)
    data = {"approval_id": taken["id"], "message_id": queued.message_id, "is_changed": is_changed}
    timeline.record(session, who, "approved", ("conversation", row.id), **data)
    approval_requests.tell(session, [(taken["id"], row.id)])
    return delivery.SubmittedRow(*queued, is_repeat=False, approval_id=taken["id"])


def give_back(session: Session, who: Who, given: Decision, reason: str) -> None:
    """Return a reply to its author with a reason; the text becomes their draft, and trust begins anew.

    Raises NotAllowed, NotFound, Refused without a reason, and Conflict when somebody decided before.
    """
    _may_approve(who)
    why = wording.checked(reason, "reason", _LONGEST_REASON)
    row = _conversation(session, who, given.approval_id)
    taken = _taken(session, who, given, ("returned", why))
    approval_requests.give_text_back(session, [taken["id"]])
    trust.set_back(session, who, taken["author_id"])
    timeline.record(session, who, "returned", ("conversation", row.id), approval_id=taken["id"], why=why)
    approval_requests.tell(session, [(taken["id"], row.id)])


def withdraw(session: Session, who: Who, approval_id: int) -> None:
    """Let an author take their waiting reply back, as a draft.

    Raises NotFound, NotAllowed for somebody else's, and Conflict when it has been decided.
    """
    row = _conversation(session, who, approval_id)
    taking = (
        update(Approval)
        .where(Approval.id == approval_id, Approval.author_id == who.agent_id, Approval.state == "waiting")
        .values(state="withdrawn", decided_by=who.agent_id, decided_at=clock.now())
        .returning(*Approval.__table__.c)
    )
    taken = session.execute(taking).mappings().one_or_none()
    if taken is None:
        found = approval_rows.one(session, who, approval_id)
        if found.author_id != who.agent_id:
            raise NotAllowed("Only its author can take a reply back; you can return it with a reason.")
        raise _decided(found)
    approval_requests.give_text_back(session, [taken["id"]])
    timeline.record(session, who, "approval_withdrawn", ("conversation", row.id), approval_id=approval_id)
    approval_requests.tell(session, [(approval_id, row.id)])


def look(session: Session, who: Who, row: approval_rows.ApprovalRow) -> Look:
    """Return what the checks find in a waiting text now, and every reason why it couldn't leave."""
    of = session.scalars(select(Conversation).where(*scope.one(who, row.conversation_id))).one_or_none()
    if of is None:
        raise scope.missing(row.conversation_id)
    try:
        on = grounds.gather(session, of, (row.reply_template, row.facts))
    except Refused as refused:
        return Look((), (str(refused),))
    try:
        reply_checks.refuse_unfit(on, row.text, is_public=of.is_public)
    except Refused as refused:
        return Look(reply_findings.of(on, row.text), refused.reasons or (str(refused),))
    return Look(reply_findings.of(on, row.text), ())


def _may_approve(who: Who) -> None:
    if not who.may("reply.approve"):
        raise NotAllowed("Your role can't approve replies; ask an agent or a team lead.")


def _conversation(session: Session, who: Who, approval_id: int) -> Conversation:
    """Return the conversation, locked first: a submit locks in the same order."""
    fits = 0 < approval_id <= scope.LARGEST_ID
    asked = select(Approval.conversation_id).where(Approval.id == (approval_id if fits else 0))
    number = session.execute(asked).scalar_one_or_none()
    try:
        return conversations.locked(session, who, number or 0)
    except NotFound:
        raise NotFound(f"There is no approval {str(approval_id)[:20]} that you can see.") from None


def _taken(session: Session, who: Who, given: Decision, outcome: tuple[str, str]) -> RowMapping:
    """Settle the approval by one conditional UPDATE, so of two approvers one wins; else say why not."""
    state, why = outcome
    taking = (
        update(Approval)
        .where(
            Approval.id == given.approval_id,
            Approval.state == "waiting",
            Approval.author_id != who.agent_id,
            Approval.sha256 == _bytes(given.sha256),
        )
        .values(state=state, why=why, decided_by=who.agent_id, decided_at=clock.now())
        .returning(*Approval.__table__.c)
    )
    taken = session.execute(taking).mappings().one_or_none()
    if taken is None:
        raise _lost(who, approval_rows.one(session, who, given.approval_id))
    if approvals.sha256(taken["text"]) != bytes(taken["sha256"]):
        raise _changed()
    return taken


def _lost(who: Who, found: approval_rows.ApprovalRow) -> Exception:
    if found.author_id == who.agent_id:
        return NotAllowed(_OWN)
    return _changed() if found.state == "waiting" else _decided(found)


def _changed() -> Conflict:
    return Conflict(
        "The text is not the one that you read. Nothing was sent; load the page and read it again."
    )


def _decided(found: approval_rows.ApprovalRow) -> Conflict:
    when = ago(found.decided_at, clock.now()) if found.decided_at else "before"
    if found.state == "expired":
        return Conflict(f"This reply expired {when}: {found.why} Its author has the text back.")
    done = {"approved": "approved", "returned": "returned", "withdrawn": "took back"}
    return Conflict(f"{found.decided_by_name} {done.get(found.state, 'settled')} this reply {when}.")


def _author(session: Session, taken: RowMapping, row: Conversation) -> Who:
    """Return the author; raise Conflict when they could not send this reply themselves any more."""
    found = agents.one(session, taken["author_id"])
    who = found.who()
    if found.disabled_at is not None:
        raise Conflict(f"{found.name} no longer works on the desk; answer this conversation yourself.")
    seen: Any = session.execute(select(Conversation.id).where(*scope.one(who, row.id))).first()
    if seen is None:
        raise Conflict(f"{found.name} may not answer this conversation any more; answer it yourself.")
    delivery.may_send(who, taken["reply_template"])
    return who


def _keep_outcome(session: Session, approval_id: int, message_id: int, *, is_changed: bool) -> None:
    session.execute(
        update(Approval)
        .where(Approval.id == approval_id)
        .values(message_id=message_id, is_changed=is_changed)
        .returning(Approval.id)
    )


def _bytes(digits: str) -> bytes:
    try:
        return bytes.fromhex(digits)
    except ValueError:
        return b""
