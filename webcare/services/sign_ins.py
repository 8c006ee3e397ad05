"""Lets agents in and out; guesses are counted before a password is looked at."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import case, delete, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from webcare import clock
from webcare.domain.rights import Who
from webcare.errors import NotAllowed
from webcare.models import Agent, SignIn, SignInAttempt
from webcare.services import passwords, timeline

# A shift is twelve hours. A desk with a live stream is never idle: two quiet hours are a forgotten browser.
ABSOLUTE = timedelta(hours=12)
IDLE = timedelta(hours=2)
# `seen_at` need not be exact; writing it with every request would cost a write per request.
SEEN_EVERY = timedelta(minutes=1)

MOST_GUESSES = 10
_LONGEST_TOKEN = 100
GUESSES_PER = timedelta(minutes=15)
_COUNTED = "webcare.services.sign_ins.counted"
_WRONG = "This e-mail address and password don't go together, or the account is closed."


@dataclass(frozen=True, slots=True)
class Counted:
    """The proof that one guess was counted; `may_go_on` is false past MOST_GUESSES."""

    email: str
    may_go_on: bool


def count(session: Session, email: str) -> Counted:
    """Count one guess for `email`, in a transaction of its own that commits before `sign_in` begins.

    A row per address and one UPSERT: parallel guesses wait for each other here, for microseconds,
    and each gets its own number.
    """
    now = clock.now()
    address = email.strip().lower()[:254].replace("\x00", "").encode(errors="replace").decode()
    is_old = SignInAttempt.since_at < now - GUESSES_PER
    counting = insert(SignInAttempt).values(email=address, failures=1, since_at=now)
    counting = counting.on_conflict_do_update(
        index_elements=["email"],
        set_={
            "failures": case((is_old, 1), else_=SignInAttempt.failures + 1),
            "since_at": case((is_old, now), else_=SignInAttempt.since_at),
        },
    )
    failures = session.execute(counting.returning(SignInAttempt.failures)).scalar_one()
    session.info[_COUNTED] = session.get_transaction()
    return Counted(address, may_go_on=failures <= MOST_GUESSES)


def sign_in(session: Session, counted: Counted, password: str) -> str:
    """Return a fresh token for the agent with this address and password.

    Raises NotAllowed, in the same words and after the same work whether the address, the password
    or the account is wrong; past MOST_GUESSES it raises before any work. Raises RuntimeError when the
    guess was counted in this very transaction, because a refusal would roll the count back.
    """
    if _COUNTED in session.info and session.info[_COUNTED] is session.get_transaction():
        raise RuntimeError("Count the guess in a transaction of its own, before sign_in.")
    if not counted.may_go_on:
        minutes = int(GUESSES_PER.total_seconds() // 60)
        raise NotAllowed(
            f"Too many guesses for this address. Try again in {minutes} minutes, or ask for a link."
        )
    found = session.execute(
        select(Agent.id, Agent.password_hash, Agent.disabled_at).where(Agent.email == counted.email)
    ).one_or_none()
    is_right = passwords.matches(found.password_hash if found else None, password)
    if found is None or not is_right or found.disabled_at is not None:
        raise NotAllowed(_WRONG)
    session.execute(delete(SignInAttempt).where(SignInAttempt.email == counted.email))
    return begin(session, found.id)


def begin(session: Session, agent_id: int) -> str:
    """Return a fresh token for an agent who proved themselves (password or one-time link).

    Raises NotAllowed when the account is closed. Only the SHA-256 of the token is stored.
    """
    working = (
        select(Agent.id)
        .where(Agent.id == agent_id, Agent.disabled_at.is_(None))
        .with_for_update(key_share=True)
    )
    if session.execute(working).one_or_none() is None:
        raise NotAllowed(_WRONG)
    token, now = secrets.token_urlsafe(32), clock.now()
    made = SignIn(
        token_sha256=_sha256(token), agent_id=agent_id, created_at=now, seen_at=now, expires_at=now + ABSOLUTE
    )
    session.add(made)
    session.flush()
    timeline.record(session, None, "signed_in", ("agent", agent_id), sign_in=made.id)
    return token


def by_token(session: Session, token: str) -> Who | None:
    """Return who holds `token`, and note that they were seen; None when it is over, or nobody's.

    A sign-in ends 12 hours after it began, after 2 hours without a request, when it is ended here,
    and at once when the agent is disabled.
    """
    if not token or len(token) > _LONGEST_TOKEN:
        return None
    now = clock.now()
    asked = (
        select(SignIn.id, SignIn.seen_at, Agent.id.label("agent_id"), Agent.name, Agent.initials)
        .add_columns(Agent.role, Agent.team_id)
        .join(Agent, Agent.id == SignIn.agent_id)
        .where(
            SignIn.token_sha256 == _sha256(token),
            SignIn.ended_at.is_(None),
            SignIn.expires_at > now,
            SignIn.seen_at > now - IDLE,
            Agent.disabled_at.is_(None),
        )
    )
    found = session.execute(asked).one_or_none()
    if found is None:
        return None
    if found.seen_at < now - SEEN_EVERY:
        session.execute(update(SignIn).where(SignIn.id == found.id).values(seen_at=now))
    return Who(found.agent_id, found.name, found.initials, found.role, found.team_id)


def sign_out(session: Session, token: str) -> None:
    """End the sign-in with this token, here and not only in the browser; an unknown one is no error."""
    ended = session.execute(
        update(SignIn)
        .where(SignIn.token_sha256 == _sha256(token), SignIn.ended_at.is_(None))
        .values(ended_at=clock.now())
        .returning(SignIn.id, SignIn.agent_id)
    ).one_or_none()
    if ended is not None:
        timeline.record(session, None, "signed_out", ("agent", ended.agent_id), sign_in=ended.id)


def end_all(session: Session, agent_id: int, but: str | None = None) -> int:
    """End every sign-in of an agent, but for the one with the token `but`; return how many ended."""
    ending = update(SignIn).where(SignIn.agent_id == agent_id, SignIn.ended_at.is_(None))
    if but is not None:
        ending = ending.where(SignIn.token_sha256 != _sha256(but))
    ended = session.execute(ending.values(ended_at=clock.now()).returning(SignIn.id)).all()
    if ended:
        timeline.record(session, None, "sign_ins_ended", ("agent", agent_id), count=len(ended))
    return len(ended)


def tidy(session: Session) -> int:
    """Forget guesses that no longer count, and return how many addresses that were; for the clock."""
    old = delete(SignInAttempt).where(SignInAttempt.since_at < clock.now() - GUESSES_PER)
    return len(session.execute(old.returning(SignInAttempt.email)).all())


def _sha256(token: str) -> bytes:
    return hashlib.sha256(token.encode(errors="replace")).digest()
