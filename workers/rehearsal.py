"""Lets the synthetic messages of running rehearsals arrive, at a human pace."""

from __future__ import annotations

import structlog

from webcare import playbooks, queues, settings
from webcare.db import transaction
from webcare.domain.playbook.rehearsal import Rehearsal
from webcare.errors import WebcareError
from webcare.queries import health
from webcare.services import rehearsing

log = structlog.get_logger(__name__)


def drain() -> int:
    """Pour what is due in every running rehearsal; return how many messages came in.

    The clock rings again every few seconds while a rehearsal runs.
    """
    queues.hear("rehearsal")
    with transaction() as session:
        running = health.rehearsals(session)
    return sum(_pour(activation_id, playbook) for activation_id, playbook in running)


def _pour(activation_id: int, playbook: str) -> int:
    rehearsal = _rehearsal(playbook)
    if rehearsal is None:
        return 0
    with transaction() as session:
        return rehearsing.pour(session, activation_id, rehearsal)


def _rehearsal(playbook: str) -> Rehearsal | None:
    try:
        return playbooks.rehearsal(playbook, playbooks.folder(settings.get()))
    except WebcareError as error:
        log.warning("rehearsal can't run", playbook=playbook, why=str(error))
        return None
