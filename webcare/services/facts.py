"""Writes facts down: a new version for every word, never over an old one, with a second pair of eyes."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from webcare import clock, live
from webcare.domain.playbook import FactSpec, flaws
from webcare.domain.rights import Who
from webcare.errors import Conflict, NotAllowed, NotFound, Refused
from webcare.models import Activation, Fact, FactVersion, MessageFact
from webcare.queries import facts, rules, scope
from webcare.services import timeline, wording
from webcare.services.fact_alerts import NEXT_UPDATE, alert_expiring
from webcare.services.fact_entry import FactEntry, checked

__all__ = ["NEXT_UPDATE", "FactEntry", "alert_expiring", "renew", "retract", "state", "verify", "write"]


def state(session: Session, who: Who, entry: FactEntry) -> facts.FactRow:
    """Write a new version of a fact and return it as the board shows it.

    Whoever writes stands behind it, except for contact facts: those need a second person. Raises
    NotAllowed, NotFound for a fact that the playbook doesn't know, Conflict when the activation is
    over, Refused naming what is missing.
    """
    _may(who, "fact.write", "write facts down")
    spec = _spec(session, entry.activation_id, entry.key)
    fields = checked(entry, spec)
    now = clock.now()
    is_verified = spec.kind != "contact" and entry.status != "unknown" and who.may("fact.verify")
    made = write(
        session,
        (entry.activation_id, spec),
        {
            **fields,
            "entered_by": who.agent_id,
            "entered_at": now,
            "verified_by": who.agent_id if is_verified else None,
            "verified_at": now if is_verified else None,
            "valid_until": now + timedelta(minutes=entry.valid_minutes or spec.ttl_minutes),
        },
    )
    timeline.record(
        session,
        who,
        "stated",
        ("fact", made.fact_id),
        activation_id=entry.activation_id,
        key=spec.key,
        version=made.version,
        status=entry.status,
    )
    return facts.one(session, entry.activation_id, spec.key, now)


def write(session: Session, of: tuple[int, FactSpec], fields: Mapping[str, Any]) -> FactVersion:
    """Add one version to a fact of an activation (id, FactSpec), and tell the desks; no rights, no event.

    The number is one above every version of this key that is in force anywhere, so a number names
    one text even while two playbooks share a fact.
    """
    activation_id, spec = of
    adding = insert(Fact).values(activation_id=activation_id, key=spec.key, kind=spec.kind)
    session.execute(adding.on_conflict_do_nothing())
    fact_id = session.execute(
        select(Fact.id).where(Fact.activation_id == activation_id, Fact.key == spec.key).with_for_update()
    ).scalar_one()
    newest = session.execute(
        select(func.coalesce(func.max(FactVersion.version), 0))
        .join(Fact, Fact.id == FactVersion.fact_id)
        .join(Activation, Activation.id == Fact.activation_id)
        .where(Fact.key == spec.key, (Fact.id == fact_id) | Activation.ended_at.is_(None))
    ).scalar_one()
    made = FactVersion(fact_id=fact_id, version=newest + 1, **fields)
    session.add(made)
    session.flush()
    live.tell(session, "fact", [fact_id])
    return made


def verify(session: Session, who: Who, activation_id: int, key: str) -> facts.FactRow:
    """Stand behind the newest version of a fact; its time begins now.

    Raises NotAllowed, NotFound, Refused when `who` wrote a contact fact themselves or it says that
    nothing is known, and Conflict when somebody verified or retracted it before.
    """
    _may(who, "fact.verify", "verify facts")
    _spec(session, activation_id, key)
    version = _newest(session, activation_id, key)
    if version.retracted_at is not None:
        raise Conflict(f"Version {version.version} of '{key}' was retracted; write down a new one.")
    if version.verified_by is not None:
        raise Conflict(
            f"Version {version.version} of '{key}' is verified already; write a new one to extend it."
        )
    if version.status == "unknown":
        raise Refused(f"'{key}' is entered as unknown; there is nothing to verify yet.")
    if (
        facts.one(session, activation_id, key, clock.now()).kind == "contact"
        and version.entered_by == who.agent_id
    ):
        raise Refused(f"You wrote '{key}' down yourself; a wrong number is a crisis, so ask a second person.")
    now = clock.now()
    if version.valid_until is not None:
        version.valid_until = now + (version.valid_until - version.entered_at)
    version.verified_by, version.verified_at = who.agent_id, now
    session.flush()
    about = ("fact", version.fact_id)
    timeline.record(
        session, who, "verified", about, activation_id=activation_id, key=key, version=version.version
    )
    live.tell(session, "fact", [version.fact_id])
    return facts.one(session, activation_id, key, now)


def renew(session: Session, who: Who, activation_id: int, key: str) -> facts.FactRow:
    """Say the same again: a new version with the newest words and a new time; raises as `state` does."""
    _may(who, "fact.write", "write facts down")
    _spec(session, activation_id, key)
    old = _newest(session, activation_id, key)
    if old.retracted_at is not None:
        raise Conflict(f"Version {old.version} of '{key}' was retracted; write down what is true instead.")
    entry = FactEntry(
        activation_id, key, old.status, old.said, old.source, old.owner, is_public=old.is_public
    )
    return state(session, who, entry)


def retract(session: Session, who: Who, activation_id: int, key: str, why: str) -> int:
    """Take the newest version of a fact back: replies that need it refuse at once.

    Returns how many messages stated it, which is where a correction begins. Raises NotAllowed,
    NotFound, Refused without a reason, and Conflict when it is retracted already.
    """
    _may(who, "fact.write", "retract facts")
    reason = wording.checked(why, "reason", 500)
    _spec(session, activation_id, key)
    version = _newest(session, activation_id, key)
    if version.retracted_at is not None:
        raise Conflict(f"Version {version.version} of '{key}' is retracted already.")
    version.retracted_at, version.retracted_by, version.retracted_why = clock.now(), who.agent_id, reason
    session.flush()
    stated = session.execute(
        select(func.count()).select_from(MessageFact).where(MessageFact.fact_version_id == version.id)
    ).scalar_one()
    about = ("fact", version.fact_id)
    timeline.record(
        session,
        who,
        "retracted",
        about,
        activation_id=activation_id,
        key=key,
        version=version.version,
        why=reason,
        stated=stated,
    )
    live.tell(session, "fact", [version.fact_id])
    return int(stated)


def _may(who: Who, right: str, what: str) -> None:
    if not who.may(right):
        raise NotAllowed(f"Your role can't {what}; ask an agent or a team lead.")


def _spec(session: Session, activation_id: int, key: str) -> FactSpec:
    """Return what the playbook says of a fact, with its activation kept from ending meanwhile."""
    fits = 0 < activation_id <= scope.LARGEST_ID
    asked = select(Activation.fingerprint, Activation.ended_at)
    asked = asked.where(Activation.id == (activation_id if fits else 0)).with_for_update(read=True)
    activation = session.execute(asked).one_or_none()
    if activation is None:
        raise NotFound(f"There is no activation {str(activation_id)[:20]}.")
    if activation.ended_at is not None:
        raise Conflict("This activation was stood down; its facts don't change any more.")
    playbook = rules.frozen(session, activation_id, activation.fingerprint)
    spec = playbook.fact(key)
    if spec is None:
        near = flaws.closest(key[:64], [each.key for each in playbook.facts])
        raise NotFound(f"The playbook knows no fact '{key[:64]}'; {near}.")
    return spec


def _newest(session: Session, activation_id: int, key: str) -> FactVersion:
    """Return the newest version, locked; raise NotFound when nobody has entered the fact."""
    asked = (
        select(FactVersion)
        .join(Fact, Fact.id == FactVersion.fact_id)
        .where(Fact.activation_id == activation_id, Fact.key == key)
        .order_by(FactVersion.id.desc())
        .limit(1)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    found = session.scalars(asked).one_or_none()
    if found is None:
        raise NotFound(f"Nobody has entered the fact '{key}' yet.")
    return found
