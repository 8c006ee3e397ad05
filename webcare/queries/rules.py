"""Reads what is in force for an inbox: playbooks, promised minutes, cues, and the desk's epoch."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Protocol
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from sqlalchemy import select
from sqlalchemy.orm import Session

from webcare import playbooks, settings
from webcare.domain.playbook import Playbook, ReplyTemplate
from webcare.domain.triage.cues import CueSet
from webcare.domain.urgency import Urgency
from webcare.errors import NotFound, Refused
from webcare.models import Activation, Desk
from webcare.queries import cue_sets, keeping

BASE = "base"
_MEMO = "webcare.queries.rules"

_PLAYBOOKS: keeping.Cache[Playbook] = keeping.Cache()


class HasRehearsal(Protocol):
    """An inbox, or anything else that says which rehearsal it belongs to, if any."""

    @property
    def rehearsal_id(self) -> int | None:
        """Return the id of the activation that is rehearsed."""


@dataclass(frozen=True, slots=True)
class Source:
    """One playbook in force; `activation_id` is None for the base playbook of quiet days."""

    activation_id: int | None
    playbook: Playbook


@dataclass(frozen=True, slots=True)
class InForce:
    """What holds for an inbox now; the newest activation comes first, minutes are the strictest."""

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


def in_force(session: Session, inbox: HasRehearsal) -> InForce:
    """Return what is in force for `inbox` (InboxRow, ConversationRow ...).

    A rehearsal's inbox stands under its own activation only, every other inbox under all real ones;
    without any, the base playbook holds. One small query per transaction, however often it is asked.
    """
    return covering(session, inbox.rehearsal_id)


def covering(session: Session, rehearsal_id: int | None) -> InForce:
    """Return what is in force for the inboxes of a rehearsal, or (None) for all real inboxes."""
    epoch, running = _running(session)
    wanted = [
        (activation_id, fingerprint)
        for activation_id, mode, fingerprint in running
        if (activation_id == rehearsal_id if rehearsal_id is not None else mode == "real")
    ]
    key = (epoch, tuple(wanted), playbooks.folder(settings.get()))
    return _IN_FORCE.get(key) or _IN_FORCE.put(key, _combined(session, wanted, epoch))


def _combined(session: Session, wanted: list[tuple[int, str]], epoch: int) -> InForce:
    sources = tuple(Source(each[0], frozen(session, *each)) for each in wanted) or (Source(None, base()),)
    minutes = {
        level: min(getattr(source.playbook.due_minutes, level.name) for source in sources)
        for level in Urgency
    }
    return InForce(sources, minutes, cue_sets.together(tuple(source.playbook for source in sources)), epoch)


def forget(session: Session) -> None:
    """Ask anew in this transaction; for who has just changed what is in force."""
    session.info.pop(_MEMO, None)


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


def _running(session: Session) -> tuple[int, list[tuple[int, str, str]]]:
    transaction = session.get_transaction()
    kept = session.info.get(_MEMO)
    if transaction is not None and kept is not None and kept[0] is transaction:
        return kept[1], kept[2]
    rows = session.execute(
        select(Desk.epoch, Activation.id, Activation.mode, Activation.fingerprint)
        .join(Activation, Activation.ended_at.is_(None), isouter=True)
        .order_by(Activation.id.desc())
    ).all()
    epoch = int(rows[0].epoch) if rows else 0
    running = [(row.id, row.mode, row.fingerprint) for row in rows if row.id is not None]
    session.info[_MEMO] = (session.get_transaction(), epoch, running)
    return epoch, running
