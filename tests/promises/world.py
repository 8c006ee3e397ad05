"""Lays the ground on which a road out of the house is tried: who, where, and what stands in its way."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal, Self

from sqlalchemy import update

from tests import approving, factories
from tests.promises import acting
from tests.standin import Answer, StandIn
from tests.views.conftest import Browser, Desk
from webcare import clock, db
from webcare.models import Activation, Inbox
from webcare.models import Desk as DeskRow

Finding = Literal["none", "passable", "final"]
Pause = Literal["no", "before", "queued"]

# Nothing to find; a flat promise that a lead may let pass; a legal position that nobody may.
WORDS: dict[Finding, str] = {
    "none": "Thank you for telling us. Where are you now?",
    "passable": "Your money will be on your account tomorrow before 12:00, guaranteed.",
    "final": "You are not entitled to any compensation.",
}
# What the other side says when it is busy, when the address is gone, and when it breaks down.
BUSY = Answer(429, {}, {"Retry-After": "1"})
GONE, FAILED = Answer(404, {}), Answer(500, {})
REASON = "Finance confirmed it by telephone"
# What an earlier case, or an earlier test, left on its way.
_OPEN = "state NOT IN ('sent', 'failed', 'withheld')"
_SWEEP = (
    "DELETE FROM pauses",
    f"UPDATE deliveries SET state = 'failed', lease_until = NULL WHERE {_OPEN}",
    f"UPDATE broadcast_posts SET state = 'failed', lease_until = NULL WHERE {_OPEN}",
    "UPDATE corrections SET state = 'withdrawn' WHERE state <> 'closed'",
    "UPDATE broadcasts SET state = 'withdrawn' WHERE state <> 'published'",
)


@dataclass(frozen=True)
class Case:
    """What stands in the way: a finding, a yes that is missing, a rehearsal, a pause and since when."""

    finding: Finding = "none"
    has_yes: bool = True
    is_rehearsal: bool = False
    pause: Pause = "no"


def cases() -> Iterator[Case]:
    """Yield the clear case, every one with a single obstacle, and one with all of them."""
    yield Case()
    yield from (Case(finding="passable"), Case(finding="final"), Case(has_yes=False))
    yield from (Case(is_rehearsal=True), Case(pause="before"), Case(pause="queued"))
    yield Case("passable", has_yes=False, is_rehearsal=True, pause="queued")


@dataclass
class World:
    """The desk in one case; everything that reaches the outside is counted by the stand-in."""

    desk: Desk
    provider: StandIn
    case: Case
    activations: Mapping[bool, int]
    activation_id: int = 0
    inbox_id: int = 0
    refused: int = 0

    @property
    def words(self) -> str:
        """Return a text with the finding of this case."""
        return WORDS[self.case.finding]

    def browser(self, name: str) -> Browser:
        """Open the browser of one of the cast."""
        return self.desk.browser(self.desk.cast.named(name))

    def talk(self, **values: Any) -> int:
        """Return an open conversation with somebody who waits, in the rehearsal if this is one."""
        rehearsal = self.activation_id if self.case.is_rehearsal else None
        with db.transaction() as session:
            contact = factories.eve(session, name="Eve Example")
            given = {"inbox_id": self.inbox_id, "contact_id": contact, "rehearsal_id": rehearsal, **values}
            return factories.conversation(session, self.desk.cast.team_id, language="en", **given).id

    def fact(self, key: str, words: str) -> Any:
        """State a public fact."""
        with db.transaction() as session:
            said = {"en": words, "nl": words}
            return factories.fact(
                session, self.desk.cast.dev, self.activation_id, key, said=said, is_public=True
            )

    def has_queued(self) -> None:
        """Mark the moment at which words wait to leave: the switch may be thrown right now."""
        if self.case.pause == "queued":
            self._pause()

    def leaves(self) -> None:
        """Let what was queued leave, after the switch was thrown where the case says so."""
        self.has_queued()
        acting.work()

    def fails_first(self, *answers: Answer) -> None:
        """Let the other side refuse the first attempts, before any pause."""
        self.provider.answers, self.refused = list(answers), len(answers)

    def left(self) -> int:
        """Return how many texts the other side has taken."""
        return len(self.provider.taken) - (self.refused - len(self.provider.answers))

    def is_time_again(self) -> None:
        """Let the time pass after which what failed is tried again."""
        acting.rows("DELETE FROM pauses RETURNING key")
        for table in ("deliveries", "broadcast_posts"):
            acting.rows(
                f"UPDATE {table} SET not_before = now() - interval '1 minute', lease_until = NULL"
                " WHERE state IN ('queued', 'retry_wait') RETURNING id"
            )

    def _pause(self) -> None:
        with db.transaction() as session:
            session.execute(update(DeskRow).values(outbound_paused_at=clock.now()))

    def __enter__(self) -> Self:
        """Lay the case on a desk where nothing else goes on and nothing waits to leave."""
        self.provider.taken.clear()
        for statement in _SWEEP:
            acting.rows(f"{statement} RETURNING 1")
        with db.transaction() as session:
            factories.quiet(session)
            approving.quiet(session)
            session.execute(update(DeskRow).values(outbound_paused_at=None))
            session.execute(update(Inbox).values(closed_at=clock.now()))
            self.activation_id = self.activations[self.case.is_rehearsal]
            again: dict[str, Any] = {"ended_at": None, "started_at": clock.now(), "options": {}}
            session.execute(update(Activation).where(Activation.id == self.activation_id).values(**again))
            given = {"outbound_url": self.provider.url, "allow_private": True, "broadcasts": True}
            # As bad as it could be: even the inbox of a rehearsal knows an address to send to.
            self.inbox_id = factories.inbox(
                session,
                secrets=[acting.SECRET],
                options={**given, "languages": ["en"]},
                rehearsal_id=self.activation_id if self.case.is_rehearsal else None,
            )
        if self.case.pause == "before":
            self._pause()
        return self

    def __exit__(self, *_: object) -> None:
        """Let the other side answer kindly again."""
        self.provider.answers = []
