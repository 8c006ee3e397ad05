"""Reads the fact board: what we know, how long it holds, and which replies rest on it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import RowMapping, Select, select
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.orm import Session, aliased

from webcare.domain import facts, reply_time
from webcare.domain.facts import FactVersion
from webcare.domain.playbook import FactSpec, Playbook
from webcare.domain.rights import Who
from webcare.errors import NotFound
from webcare.models import Activation, Agent, Fact, Inbox
from webcare.models import FactVersion as FactVersionTable
from webcare.queries import fact_versions, reply_times, rules, running, scope


@dataclass(frozen=True, slots=True)
class FactRow:
    """One fact on the board.

    `state` is missing, unknown, unverified, valid, expiring, expired or retracted; `said`, `help` and
    `if_unknown` map language codes to words; `dependants` are the reply templates that need it.
    """

    activation_id: int
    activation_title: dict[str, str]
    mode: str
    key: str
    kind: str
    help: dict[str, str]
    if_unknown: dict[str, str] | None
    ttl_minutes: int
    state: str
    version: int | None = None
    version_id: int | None = None
    status: str | None = None
    said: dict[str, str] | None = None
    source: str = ""
    owner: str = ""
    is_public: bool = False
    entered_by: int | None = None
    entered_by_name: str | None = None
    entered_at: datetime | None = None
    verified_by: int | None = None
    verified_by_name: str | None = None
    verified_at: datetime | None = None
    valid_until: datetime | None = None
    retracted_at: datetime | None = None
    retracted_why: str | None = None
    dependants: tuple[str, ...] = ()

    def may_verify(self, who: Who) -> bool:
        """Return whether `who` can be the person who verifies this version."""
        is_open = self.state == "unverified" and self.verified_by is None
        return (
            is_open and who.may("fact.verify") and (self.kind != "contact" or self.entered_by != who.agent_id)
        )


def board(session: Session, now: datetime) -> list[FactRow]:
    """Return the facts of everything in force at `now`, the ones that nobody entered yet included."""
    asked = select(Activation.id, Activation.fingerprint, Activation.mode).where(
        Activation.ended_at.is_(None)
    )
    found: list[FactRow] = []
    for activation_id, fingerprint, mode in session.execute(asked.order_by(Activation.id.desc())).all():
        playbook = rules.frozen(session, activation_id, fingerprint)
        found += _of(session, (activation_id, mode), playbook, now)
    return found


def one(session: Session, activation_id: int, key: str, now: datetime) -> FactRow:
    """Return one fact of an activation; raise NotFound when the playbook and the desk know none such."""
    fits = 0 < activation_id <= scope.LARGEST_ID
    asked = select(Activation.fingerprint, Activation.mode).where(
        Activation.id == (activation_id if fits else 0)
    )
    activation = session.execute(asked).one_or_none()
    if activation is not None:
        playbook = rules.frozen(session, activation_id, activation.fingerprint)
        for row in _of(session, (activation_id, activation.mode), playbook, now):
            if row.key == key:
                return row
    raise NotFound(f"There is no fact '{key[:64]}' in activation {str(activation_id)[:20]}.")


def history(session: Session, activation_id: int, key: str, now: datetime) -> list[FactRow]:
    """Return every version of one fact, newest first; empty when there is none."""
    asked = _newest_first(activation_id, is_every=True).where(Fact.key == key)
    row = session.execute(
        select(Activation.fingerprint, Activation.mode).where(Activation.id == activation_id)
    )
    fingerprint, mode = row.one()
    playbook = rules.frozen(session, activation_id, fingerprint)
    return [
        _row((activation_id, mode), playbook, spec, (each, now))
        for each in session.execute(asked).mappings()
        if (spec := playbook.fact(each["key"])) is not None
    ]


def in_force(
    session: Session, inbox_id: int, language: str = "und", labels: Sequence[str] = ()
) -> dict[str, FactVersion]:
    """Return by key the version in force for a conversation with this inbox, language and labels.

    Whether it may be stated, the domain says.
    """
    rehearsal_id = session.execute(
        select(Inbox.rehearsal_id).where(Inbox.id == inbox_id)
    ).scalar_one_or_none()
    place = running.Place(inbox_id, language, tuple(labels), rehearsal_id)
    held = fact_versions.held(session, rules.in_force(session, place).activation_ids)
    own = reply_times.for_reader(session, held, inbox_id, language)
    return {key: each.value for key, each in own.items()}


def _of(
    session: Session, activation: tuple[int, str], playbook: Playbook, now: datetime
) -> Iterator[FactRow]:
    asked = _newest_first(activation[0], is_every=False)
    versions = {each["key"]: each for each in session.execute(asked).mappings()}
    for spec in playbook.facts:
        measured = [key for key in versions if key != spec.key and reply_time.declared(key) == spec.key]
        for key in measured or [spec.key]:
            yield _row(activation, playbook, spec.model_copy(update={"key": key}), (versions.get(key), now))


def _newest_first(activation_id: int, *, is_every: bool) -> Select[Any]:
    """Return the select of one activation's versions with names: every one, or the newest per key."""
    writer, verifier = aliased(Agent), aliased(Agent)
    asked = (
        fact_versions.versions()
        .add_columns(writer.name.label("entered_by_name"), verifier.name.label("verified_by_name"))
        .join(writer, writer.id == FactVersionTable.entered_by)
        .join(verifier, verifier.id == FactVersionTable.verified_by, isouter=True)
        .where(Fact.activation_id == activation_id)
        .order_by(Fact.key, FactVersionTable.id.desc())
    )
    return asked if is_every else asked.ext(distinct_on(Fact.key))


def _row(
    activation: tuple[int, str], playbook: Playbook, spec: FactSpec, found: tuple[RowMapping | None, datetime]
) -> FactRow:
    """Return one line of the board; without a version it says that the fact is missing."""
    version, now = found
    known: dict[str, Any] = {
        "activation_id": activation[0],
        "activation_title": playbook.title.root,
        "mode": activation[1],
        "key": spec.key,
        "kind": spec.kind,
        "help": spec.help.root,
        "if_unknown": spec.if_unknown.root if spec.if_unknown else None,
        "ttl_minutes": spec.ttl_minutes,
        "dependants": tuple(
            each.key for each in playbook.replies if reply_time.declared(spec.key) in each.requires
        ),
    }
    if version is None:
        return FactRow(**known, state="missing", owner=spec.owner, is_public=spec.public)
    state = facts.state(fact_versions.value(version), now)
    given: dict[str, Any] = {
        name: version[name] for name in FactRow.__dataclass_fields__ if name in version and name not in known
    }
    return FactRow(**known, state=state, **given)
