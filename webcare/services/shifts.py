"""Begins and ends shifts and breaks, and tells the lead of people who work too long (R22)."""

from __future__ import annotations

from sqlalchemy import func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from webcare import clock, live
from webcare.domain import shifts as decides
from webcare.domain.alerts import Alert
from webcare.domain.approvals import is_beginner
from webcare.domain.rights import RIGHTS, Who
from webcare.errors import Conflict, NotAllowed
from webcare.models import Agent, Conversation, Shift
from webcare.queries import agents, rules
from webcare.queries import shifts as rows
from webcare.services import alerts, assignment, lead_alerts, sign_ins, timeline

_BEGINNERS = [role for role in RIGHTS if is_beginner(Who(0, "", "", role))]


def begin(session: Session, agent_id: int) -> bool:
    """Begin a shift of an agent unless one runs; return whether it began.

    A volunteer's ends after four hours, those worked in the twelve hours before included.
    """
    now = clock.now()
    role = session.execute(select(Agent.role).where(Agent.id == agent_id)).scalar_one()
    ends_at = decides.ends_at(now, rows.worked(session, agent_id, now)) if role in _BEGINNERS else None
    making = insert(Shift).values(agent_id=agent_id, started_at=now, ends_at=ends_at)
    made = session.execute(making.on_conflict_do_nothing().returning(Shift.id)).scalar_one_or_none()
    if made is None:
        return False
    timeline.record(session, None, "shift_begun", ("agent", agent_id), shift_id=made)
    live.tell(session, "shift", [agent_id])
    return True


def begin_with_sign_in(session: Session, agent_id: int) -> None:
    """Begin the shift of a volunteer who has just signed in; everybody else begins theirs by hand."""
    role = session.execute(select(Agent.role).where(Agent.id == agent_id)).scalar_one_or_none()
    if role in _BEGINNERS:
        begin(session, agent_id)


def rest(session: Session, who: Who) -> None:
    """Begin a break of half an hour; raise Conflict without a shift, or on a break already."""
    now = clock.now()
    if _moved(session, who, now + decides.BREAK, is_back=False) is None:
        raise Conflict("You are not on shift, or on a break already.")
    timeline.record(session, who, "break_begun", ("agent", who.agent_id))


def come_back(session: Session, who: Who) -> None:
    """End a break before its time; raise Conflict when there is none."""
    if _moved(session, who, clock.now(), is_back=True) is None:
        raise Conflict("You are not on a break.")
    timeline.record(session, who, "break_ended", ("agent", who.agent_id))


def go_home(session: Session, who: Who) -> None:
    """End one's own shift: claims go back to everybody, drafts stay, sign-ins end.

    Raises Conflict without a shift.
    """
    if not _ended(session, who.agent_id):
        raise Conflict("You are not on shift.")
    _let_go(session, who.agent_id, "went home")
    timeline.record(session, who, "shift_ended", ("agent", who.agent_id))


def send_home(session: Session, who: Who, agent_id: int) -> None:
    """End somebody else's shift, as `go_home` does; raise NotAllowed, NotFound, and Conflict without one."""
    if not who.may("shift.manage"):
        raise NotAllowed("Only a team lead ends somebody else's shift; ask one.")
    found = agents.one(session, agent_id)
    if not _ended(session, found.id):
        raise Conflict(f"{found.name} is not on shift.")
    _let_go(session, found.id, "sent home")
    timeline.record(session, who, "shift_ended", ("agent", found.id))


def end_all(session: Session, agent_id: int) -> None:
    """End the shift of an agent who is shut out; no shift is no error."""
    if _ended(session, agent_id):
        timeline.record(session, None, "shift_ended", ("agent", agent_id))


def refuse_over(session: Session, who: Who) -> None:
    """Raise NotAllowed when a volunteer may not begin anything new: shift over, or on a break.

    For whoever claims or answers what they don't hold yet; what is claimed may be finished.
    """
    if not is_beginner(who):
        return
    found, now = rows.of_agent(session, who.agent_id), clock.now()
    if found is None:
        return
    if found.is_over(now):
        raise NotAllowed(
            "Your shift of four hours is over. Finish what you claimed, then go home: thank you, sleep well."
        )
    if found.is_on_break(now):
        raise NotAllowed("You are on a break. Press 'I'm back' first; nothing runs away.")


def watch(session: Session) -> int:
    """Tell the lead of everybody who worked four hours without a break or handled three U0 today.

    Once per reason; two statements however many work. Returns how many alerts; for the clock.
    """
    now = clock.now()
    local = now.astimezone(rules.zone_of(rules.base()))
    midnight = local.replace(hour=0, minute=0, second=0, microsecond=0)
    found = rows.worn(session, now, midnight)
    place = lead_alerts.lead(session) if found else ""
    for each in found:
        words = (
            decides.no_break(each.initials)
            if each.kind == "break"
            else decides.many_u0(each.initials, each.count)
        )
        alerts.raise_(session, Alert("agent.welfare", place, words, each.key))
    return len(found)


def _moved(session: Session, who: Who, at: object, *, is_back: bool) -> int | None:
    """Set the moment of coming back, by one conditional UPDATE; None when it isn't one's turn to."""
    now = clock.now()
    is_away = func.coalesce(Shift.break_at > now, False)
    moving = update(Shift).where(
        Shift.agent_id == who.agent_id, Shift.ended_at.is_(None), is_away if is_back else ~is_away
    )
    live.tell(session, "shift", [who.agent_id])
    return session.execute(moving.values(break_at=at).returning(Shift.id)).scalar_one_or_none()


def _ended(session: Session, agent_id: int) -> bool:
    ending = update(Shift).where(Shift.agent_id == agent_id, Shift.ended_at.is_(None))
    live.tell(session, "shift", [agent_id])
    return session.execute(ending.values(ended_at=clock.now()).returning(Shift.id)).first() is not None


def _let_go(session: Session, agent_id: int, why: str) -> None:
    held = select(Conversation.id).where(Conversation.assignee_id == agent_id)
    assignment.free(session, list(session.scalars(held)), why)
    sign_ins.end_all(session, agent_id)
