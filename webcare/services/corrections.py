"""Starts, approves and closes correction runs: everyone who was told a wrong fact hears what is right.

drafting -> ready -> sending -> closed, or withdrawn before anything left. Drafting and sending happen in
batches elsewhere; a run never ends by itself.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, exists, select
from sqlalchemy.orm import Session

from webcare import clock, live, queues
from webcare.domain.rights import Who
from webcare.errors import Conflict, NotAllowed, NotFound, Refused
from webcare.models import Activation, Correction, CorrectionNotice, Fact, FactVersion
from webcare.queries import correction_readers, corrections
from webcare.queries import public_corrections as public
from webcare.queries.scope import LARGEST_ID
from webcare.services import correction_checks, correction_wording, public_corrections, timeline, wording

BELL = "correcting"
_OPEN = corrections.OPEN


@dataclass(frozen=True, slots=True)
class Start:
    """Which version of which fact was wrong; without a reason, the one of its retraction is taken."""

    activation_id: int
    key: str
    version: int
    why: str = ""


def start(session: Session, who: Who, wanted: Start) -> int:
    """Begin a run about one wrong version of a fact and return its id; drafting goes on in the worker.

    Started twice, the run that is open already is returned. Raises NotAllowed, NotFound, and Refused when
    the version still holds, said that nothing was known, or was told to nobody.
    """
    _may(who)
    fact_id, version = _version(session, wanted)
    asked = select(Correction.id).where(
        Correction.wrong_version_id == version.id, Correction.state.in_(_OPEN)
    )
    running = session.execute(asked).scalar_one_or_none()
    if running is not None:
        return running
    known = correction_wording.present(session, wanted.activation_id, wanted.key)
    _refuse_right(known, version)
    reach = correction_readers.reach(session, version.id)
    posts = public.stated(session, version.id).times
    if not reach.conversations and not posts:
        raise Refused(
            f"Nobody was told version {version.version} of '{wanted.key}'; there is no one to correct."
        )
    row = Correction(
        activation_id=wanted.activation_id,
        fact_id=fact_id,
        wrong_version_id=version.id,
        right_version_id=known.right_version_id,
        wrong=version.said,
        right=known.right,
        why=wording.checked(wanted.why, "reason", 500, may_be_empty=True) or version.retracted_why or "",
        started_by=who.agent_id,
        started_at=clock.now(),
    )
    session.add(row)
    session.flush()
    figures = {"listed": reach.conversations, "broadcasts": posts}
    _note(session, who, row, "started", key=wanted.key, version=version.version, **figures)
    public_corrections.draft(session, who, row)
    return row.id


def redraft(session: Session, who: Who, correction_id: int) -> None:
    """Draft anew with what is right now; what went to the outbox already stays as it is.

    Raises NotAllowed, NotFound, Conflict when the run is being drafted or is over, and Refused when the
    version that it calls wrong says what is right again.
    """
    _may(who)
    row = _locked(session, correction_id)
    if row.state not in {"ready", "sending"}:
        raise Conflict(f"This run is {_STATES[row.state]}; there is nothing to draft anew.")
    known, _ = correction_wording.of_run(session, row)
    _refuse_right(known, session.get_one(FactVersion, row.wrong_version_id))
    drafts = delete(CorrectionNotice).where(
        CorrectionNotice.correction_id == row.id, CorrectionNotice.outbound_id.is_(None)
    )
    session.execute(drafts)
    row.right, row.right_version_id = known.right, known.right_version_id
    row.state, row.listed_up_to, row.drafted_at = "drafting", 0, None
    row.approved_by = row.approved_at = None
    _note(session, who, row, "redrafted")
    public_corrections.redraft(session, who, row)


def approve(session: Session, who: Who, correction_id: int, seen_drafts: datetime) -> None:
    """Say yes to every text of a run, once; `seen_drafts` is when the drafts on the screen were made.

    Raises NotAllowed without the right or when the playbook wants a colleague's eyes, NotFound, Conflict
    when the run isn't ready, was drafted anew or the fact has changed, and Refused when nobody is left.
    """
    _may(who)
    row = _locked(session, correction_id)
    found = corrections.one(session, row.id)
    if row.state != "ready" or row.drafted_at is None:
        raise Conflict(f"This run is {_STATES[row.state]}; it can't be approved now. Load the page again.")
    if row.drafted_at != seen_drafts:
        raise Conflict("The drafts were made anew since this page was loaded. Read them, then approve.")
    if found.approver == "colleague" and row.started_by == who.agent_id:
        raise NotAllowed("You started this run; the playbook wants a colleague to read and approve it.")
    if correction_wording.is_stale(session, row):
        raise Conflict("What is right has changed since these drafts were made. Draft them anew first.")
    tally = corrections.tally(session, row.id)
    if not tally.drafted:
        raise Refused("Nobody is left to tell in person. Publish the public correction, or end this run.")
    _refuse_unfit(session, row.id)
    row.state, row.approved_by, row.approved_at = "sending", who.agent_id, clock.now()
    _note(session, who, row, "approved", drafted=tally.drafted)


def close(session: Session, who: Who, correction_id: int, why: str = "") -> str:
    """End a run and return how: `withdrawn` when nothing had left yet, otherwise `closed`.

    A run with somebody or some public post left ends only with a reason, and none ends while notices or
    posts are on their way. A public correction that hasn't left is withdrawn with it. Raises NotAllowed,
    NotFound, Conflict while it is drafted, sent or over, and Refused without a reason.
    """
    _may(who)
    row = _locked(session, correction_id)
    if row.state not in _OPEN:
        raise Conflict(f"This run is {_STATES[row.state]} already.")
    tally, posts = corrections.tally(session, row.id), public.tally(session, row.id)
    word = public.word(session, row.id)
    on_their_way = tally.queued + (tally.drafted if row.state == "sending" else 0)
    _refuse_on_their_way(on_their_way, posts.waiting)
    has_left = _has_left(session, row.id) or (word is not None and word.state == "published")
    reason = wording.checked(why, "reason", 500, may_be_empty=True)
    left = _left(tally.left + tally.drafted, posts.left)
    if not reason and (left or not has_left):
        raise Refused(f"{left or 'Nothing has left yet.'} Say why the run ends all the same.")
    row.state = "closed" if has_left else "withdrawn"
    row.closed_by, row.closed_at = who.agent_id, clock.now()
    public_corrections.withdraw(session, who, row.id)
    figures = {"told": tally.told, "of": tally.of, "posts": posts.of, "corrected": posts.corrected}
    _note(session, who, row, row.state, why=reason, **figures)
    return row.state


def draft_public(session: Session, who: Who, correction_id: int) -> int:
    """Draft the public correction of an open run once more and return the broadcast's id.

    Raises NotAllowed, NotFound, and Conflict when the run is over, a draft is there, or nothing is left.
    """
    _may(who)
    row = _locked(session, correction_id)
    if row.state not in _OPEN:
        raise Conflict(f"This run is {_STATES[row.state]} already.")
    return public_corrections.again(session, who, row)


_STATES = {
    "drafting": "still being drafted",
    "ready": "waiting for approval",
    "sending": "approved and being sent",
    "closed": "closed",
    "withdrawn": "withdrawn",
}


def _may(who: Who) -> None:
    if not who.may("correction.run"):
        raise NotAllowed("Only a team lead can run a correction; call one.")


def _version(session: Session, wanted: Start) -> tuple[int, FactVersion]:
    """Return the wrong version and its fact, locked, so that two leads start one run."""
    fits = 0 < wanted.activation_id <= LARGEST_ID
    asked = (
        select(FactVersion)
        .join(Fact, Fact.id == FactVersion.fact_id)
        .join(Activation, Activation.id == Fact.activation_id)
        .where(
            Activation.id == (wanted.activation_id if fits else 0),
            Fact.key == wanted.key,
            FactVersion.version == wanted.version,
        )
        .with_for_update(of=FactVersion)
    )
    found = session.scalars(asked).one_or_none()
    if found is None:
        raise NotFound(f"There is no version {wanted.version} of a fact '{wanted.key[:64]}' here.")
    return found.fact_id, found


def _refuse_right(known: correction_wording.Present, version: FactVersion) -> None:
    if not version.said:
        raise Refused(
            f"Version {version.version} of '{known.key}' said that nothing was known; that was true."
        )
    if known.still_says(version):
        raise Refused(
            f"'{known.key}' still says what version {version.version} said; retract it or write a new one."
        )


def _refuse_unfit(session: Session, correction_id: int) -> None:
    reasons = tuple(each.sentence for each in correction_checks.blocking(session, correction_id))
    if reasons:
        words = " ".join(reasons)
        raise Refused(f"These texts can't leave. {words} Mend the words of the fact and draft anew.", reasons)


def _has_left(session: Session, correction_id: int) -> bool:
    asked = exists().where(
        CorrectionNotice.correction_id == correction_id, CorrectionNotice.outbound_id.is_not(None)
    )
    return bool(session.execute(select(asked)).scalar_one())


def _refuse_on_their_way(notices: int, posts: int) -> None:
    """Raise Conflict while it isn't known yet what becomes of something that leaves."""
    if notices:
        raise Conflict(f"{notices:,} notices are still on their way; wait until each has an outcome.")
    if posts:
        raise Conflict(f"{posts:,} public posts are still on their way; wait until each has an outcome.")


def _left(people: int, posts: int) -> str:
    """Return in words who and what was not reached; empty when nothing is left."""
    said = f"{people:,} have not been told for certain." if people else ""
    noun = "public post carries" if posts == 1 else "public posts carry"
    return " ".join(filter(None, (said, f"{posts:,} {noun} no correction yet." if posts else "")))


def _locked(session: Session, correction_id: int) -> Correction:
    fits = 0 < correction_id <= LARGEST_ID
    asked = select(Correction).where(Correction.id == (correction_id if fits else 0)).with_for_update()
    found = session.scalars(asked.execution_options(populate_existing=True)).one_or_none()
    if found is None:
        raise NotFound(f"There is no correction run {str(correction_id)[:20]}.")
    return found


def _note(session: Session, who: Who, row: Correction, verb: str, **data: object) -> None:
    """Leave the event, tell the desks and wake the worker."""
    session.flush()
    about = ("correction", row.id)
    timeline.record(session, who, verb, about, activation_id=row.activation_id, **data)
    live.tell(session, "correction", [row.id])
    queues.after_commit(session, BELL)
