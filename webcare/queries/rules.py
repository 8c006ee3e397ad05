"""Reads what is in force for a conversation: playbooks, promised minutes, cues, and the desk's epoch."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from sqlalchemy import select
from sqlalchemy.orm import Session

from webcare import playbooks, settings
from webcare.domain.playbook import Playbook, ReplyTemplate
from webcare.domain.triage.cues import CueSet
from webcare.domain.urgency import Urgency
from webcare.errors import NotFound, Refused
from webcare.models import Activation
from webcare.queries import cue_sets, keeping, running
from webcare.queries.running import Covered, Running

BASE = "base"

_PLAYBOOKS: keeping.Cache[Playbook] = keeping.Cache()


@dataclass(frozen=True, slots=True)
class Source:
    """One playbook in force; `activation_id` is None for the base playbook of quiet days."""

    activation_id: int | None
    playbook: Playbook


@dataclass(frozen=True, slots=True)
class InForce:
    """What holds for a conversation now; the newest activation comes first, minutes are the strictest."""

    sources: tuple[Source, ...]
    due_minutes: Mapping[Urgency, int]
    cues: CueSet
    epoch: int

    @property
    def playbooks(self) -> tuple[Playbook, ...]:
        """Return the playbooks in force."""
        return tuple(source.playbook for source in self.sources)

    @property
    def activation_ids(self) -> tuple[int, ...]:
        """Return the activations in force; empty on quiet days."""
        return tuple(each.activation_id for each in self.sources if each.activation_id is not None)

    @property
    def zone(self) -> ZoneInfo:
        """Return the zone in which moments are written for people."""
        return zone_of(self.playbooks[0])

    def reply(self, key: str) -> tuple[Source, ReplyTemplate] | None:
        """Return the reply template with this key and where it stands; the base playbook comes last."""
        for source in (*self.sources, Source(None, base())):
            found = source.playbook.reply(key)
            if found is not None:
                return source, found
        return None


_IN_FORCE: keeping.Cache[InForce] = keeping.Cache()


def in_force(session: Session, place: Covered) -> InForce:
    """Return what is in force for the conversation (or the inbox, before there is one) at `place`.

    A rehearsal's conversation stands under its own activation only, every other one under the real
    activations that cover it; without any, the base playbook holds. One small query per transaction,
    however often it is asked.
    """
    if place.rehearsal_id is not None:
        return covering(session, place.rehearsal_id)
    wanted = [each for each in running.now(session) if each.mode == "real" and each.coverage.covers(place)]
    return _together(session, wanted)


def covering(session: Session, rehearsal_id: int | None) -> InForce:
    """Return what is in force in a rehearsal, or (None) on the real desk as a whole.

    For what goes to everybody, such as a broadcast; what goes to one contact asks `in_force`.
    """
    wanted = [
        each
        for each in running.now(session)
        if (each.id == rehearsal_id if rehearsal_id is not None else each.mode == "real")
    ]
    return _together(session, wanted)


def _together(session: Session, wanted: list[Running]) -> InForce:
    epoch = running.asked(session)[0]
    key = (epoch, tuple((each.id, each.fingerprint) for each in wanted), playbooks.folder(settings.get()))
    return _IN_FORCE.get(key) or _IN_FORCE.put(key, _combined(session, wanted, epoch))


def _combined(session: Session, wanted: list[Running], epoch: int) -> InForce:
    sources = tuple(Source(each.id, frozen(session, each.id, each.fingerprint)) for each in wanted)
    sources = sources or (Source(None, base()),)
    minutes = {
        level: min(getattr(source.playbook.due_minutes, level.name) for source in sources)
        for level in Urgency
    }
    return InForce(sources, minutes, cue_sets.together(tuple(source.playbook for source in sources)), epoch)


def forget(session: Session) -> None:
    """Ask anew in this transaction; for who has just changed what is in force."""
    running.forget(session)


def frozen(session: Session, activation_id: int, fingerprint: str) -> Playbook:
    """Return the playbook as it was frozen in an activation."""
    kept = _PLAYBOOKS.get(fingerprint)
    if kept is not None:
        return kept
    plain = session.execute(select(Activation.frozen).where(Activation.id == activation_id)).scalar_one()
    return _PLAYBOOKS.put(fingerprint, Playbook.model_validate(plain))


def base() -> Playbook:
    """Return the base playbook as this process first read it; a broken copy falls back to the shipped one."""
    return _base(playbooks.folder(settings.get()))


def warm(root: Path, slugs: Iterable[str]) -> None:
    """Read and compile the base and these playbooks of `root`; processes forked from this one share them."""
    found = [_base(root)]
    for slug in slugs:
        try:
            found.append(playbooks.load(slug, root))
        except (NotFound, Refused):
            continue
    for playbook in found:
        _PLAYBOOKS.put(playbook.fingerprint, playbook)
        _ = cue_sets.together((playbook,)).lexicon


def zone_of(playbook: Playbook) -> ZoneInfo:
    """Return the zone that a playbook's cues name, Europe/Amsterdam when they name none."""
    try:
        return ZoneInfo(str(playbook.cues.get("zone", "Europe/Amsterdam")))
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return ZoneInfo("Europe/Amsterdam")


@lru_cache(maxsize=8)
def _base(root: Path) -> Playbook:
    try:
        return playbooks.load(BASE, root)
    except (NotFound, Refused):
        # Intake must go on while somebody mends a folder; `webcare playbook check` names the flaw.
        return playbooks.load(BASE, playbooks.shipped())
