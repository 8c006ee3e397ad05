"""Takes the changed folder of a running playbook into force, when a team lead has read what changed."""

from __future__ import annotations

from sqlalchemy import update
from sqlalchemy.orm import Session

from webcare import playbooks, settings
from webcare.domain.playbook import Playbook
from webcare.domain.playbook.diff import between
from webcare.domain.rights import Who
from webcare.errors import Conflict, NotAllowed, Refused
from webcare.models import Activation
from webcare.queries import activations
from webcare.queries.activations import ActivationDetail, ActivationRow
from webcare.services import alerts, epochs, timeline

# The timeline names this many changes; the fingerprints tell the versions apart whatever their number.
_MOST_SENTENCES = 40
_SHORT = 8


def take_into_force(session: Session, who: Who, activation_id: int, seen: str) -> ActivationRow:
    """Freeze the folder of an activation's playbook as it is now; facts, roles and ticked steps stay.

    `seen` is the fingerprint of the folder whose changes `who` has read. Raises NotAllowed, NotFound,
    Refused for a folder that is broken or lacks the present phase, and Conflict when nothing changed, the
    folder changed again, somebody was first, or the activation is over.
    """
    if not who.may("playbook.activate"):
        raise NotAllowed("Only a team lead takes a changed playbook into force.")
    epoch = epochs.bump(session)
    before = activations.one(session, activation_id)
    after = playbooks.load(before.row.playbook, playbooks.folder(settings.get()))
    _refuse(before, after, seen)
    freezing = (
        update(Activation)
        .where(
            Activation.id == activation_id,
            Activation.ended_at.is_(None),
            Activation.fingerprint == before.row.fingerprint,
        )
        .values(
            playbook_version=after.version,
            fingerprint=after.fingerprint,
            frozen=after.model_dump(mode="json"),
        )
    )
    if session.execute(freezing.returning(Activation.id)).first() is None:
        raise Conflict("Somebody changed this activation just now; look at where it stands.")
    _tell(session, who, (before, after), epoch)
    return epochs.tell(session, activation_id)


def _tell(session: Session, who: Who, versions: tuple[ActivationDetail, Playbook], epoch: int) -> None:
    """Leave the event with both versions and their differences, and tell Slack."""
    before, after = versions
    sentences = [change.sentence for change in between(before.playbook, after)]
    said = f"{_named(before.playbook)} -> {_named(after)}, {_counted(len(sentences))}"
    data = {
        "before": {"version": before.playbook.version, "fingerprint": before.playbook.fingerprint},
        "after": {"version": after.version, "fingerprint": after.fingerprint},
        "changes": sentences[:_MOST_SENTENCES],
        "count": len(sentences),
    }
    about = ("activation", before.row.id)
    timeline.record(session, who, "playbook_changed", about, **data, why=said, epoch=epoch)
    text = f"{after.title.en}: {who.name} took a changed version into force ({said})."
    text = f"Rehearsal: {text}" if before.row.is_rehearsal else text
    key = f"playbook.changed:{before.row.id}"
    alerts.raise_(session, alerts.Alert("playbook.changed", "crisis", text, key, before.row.id))


def _refuse(before: ActivationDetail, after: Playbook, seen: str) -> None:
    if before.row.ended_at is not None:
        raise Conflict("This activation is over; the next one takes the folder as it is then.")
    if after.fingerprint == before.row.fingerprint:
        raise Conflict("The folder says what is in force already; nothing changed.")
    if after.fingerprint != seen:
        raise Conflict("The folder changed again after this page was made; read what changed first.")
    if after.phase(before.row.phase) is None:
        raise Refused(
            f"The changed playbook has no phase '{before.row.phase}', in which this activation stands;"
            " move the phase first, or put that phase back in the folder."
        )


def _named(playbook: Playbook) -> str:
    return f"{playbook.version} ({playbook.fingerprint[:_SHORT]})"


def _counted(count: int) -> str:
    return "1 change" if count == 1 else f"{count} changes"
