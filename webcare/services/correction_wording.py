"""Gathers what the corrections of one run are worded from, and says whether that has changed since."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from webcare import clock
from webcare.domain import corrections, facts
from webcare.domain.corrections import COSTS, Wording
from webcare.domain.coverage import Coverage
from webcare.domain.playbook import Playbook
from webcare.domain.replies import Ground
from webcare.models import Activation, Agent, Correction, Fact, FactVersion
from webcare.queries import correction_readers, fact_versions, rules, running


@dataclass(frozen=True, slots=True)
class Present:
    """What is known at this moment: the playbook, the facts in force by key, and the fact in question."""

    key: str
    playbook: Playbook
    held: Mapping[str, fact_versions.HeldFact]
    now: datetime

    @property
    def newest(self) -> fact_versions.HeldFact | None:
        """Return the newest version of the fact, whatever became of it."""
        return self.held.get(self.key)

    @property
    def right(self) -> dict[str, str]:
        """Return what is right now per language; empty while nobody may say it."""
        return corrections.right_words(self._ground(), self.key)

    @property
    def right_version_id(self) -> int | None:
        """Return the row of the version that says what is right, or None."""
        return self.newest.version_id if self.newest is not None and self.right else None

    def still_says(self, version: FactVersion) -> bool:
        """Return whether the fact says today what `version` said, so that nothing was wrong."""
        newest = self.newest
        if newest is None or facts.state(newest.value, self.now) == "retracted":
            return False
        return dict(newest.value.values) == version.said and newest.value.status == version.status

    def wording(self, row: Correction, initials: str) -> Wording:
        """Return what writes the notices of a run, signed with `initials`."""
        zone = rules.zone_of(self.playbook)
        return Wording(self.playbook, self._ground(), row.wrong, row.right, zone, initials)

    def rests_on(self, row: Correction, wording: Wording) -> list[int]:
        """Return the rows of the fact versions that the notices state: what is right, and who pays."""
        found = [self.right_version_id] if row.right else []
        if wording.promises_costs():
            found.append(self.held[COSTS].version_id)
        return [each for each in found if each is not None]

    def _ground(self) -> Ground:
        values = {key: each.value for key, each in self.held.items()}
        return corrections.grounds(self.playbook, values, self.now)


def present(session: Session, activation_id: int, key: str) -> Present:
    """Return what is known now about a fact of an activation, also when that was stood down meanwhile.

    What another playbook in force where this one holds says of the same fact counts as well: the last
    word is the right one. What is only said elsewhere (another inbox or language) is no correction here.
    """
    row = session.execute(
        select(Activation.fingerprint, Activation.mode, Activation.scope).where(
            Activation.id == activation_id
        )
    ).one()
    rules.forget(session)
    around = () if row.mode == "rehearsal" else running.beside(session, Coverage.of(row.scope))
    held = fact_versions.held(session, sorted({activation_id, *around}))
    return Present(key, rules.frozen(session, activation_id, row.fingerprint), held, clock.now())


def of_run(session: Session, row: Correction) -> tuple[Present, Wording]:
    """Return what is known now, and what writes the notices of this run with the words it was begun with."""
    key = session.execute(select(Fact.key).where(Fact.id == row.fact_id)).scalar_one()
    initials = session.execute(select(Agent.initials).where(Agent.id == row.started_by)).scalar_one()
    known = present(session, row.activation_id, key)
    return known, known.wording(row, initials)


def is_stale(session: Session, row: Correction) -> bool:
    """Return whether the drafts say what is no longer so: another right fact, or other costs."""
    known, wording = of_run(session, row)
    if known.right != row.right:
        return True
    found = correction_readers.one_drafted(session, row.id)
    return found is not None and wording.notice(found[1]).text != found[0]


def is_stale_run(session: Session, correction_id: int) -> bool:
    """Return what `is_stale` says of the run with this id."""
    return is_stale(session, session.get_one(Correction, correction_id))
