"""Lets messages and injects of running rehearsals arrive at their pace, and sees how the desk takes them."""

from __future__ import annotations

import structlog

from webcare import playbooks, queues, settings
from webcare.db import transaction
from webcare.domain.playbook.rehearsal import Rehearsal
from webcare.errors import WebcareError
from webcare.queries import health
from webcare.services import inject_watch, injects, rehearsing

log = structlog.get_logger(__name__)


def drain() -> int:
    """Pour and throw what is due in every running rehearsal; return how many messages and injects came.

    The clock rings again every few seconds while a rehearsal runs.
    """
    queues.hear("rehearsal")
    with transaction() as session:
        running = health.rehearsals(session)
    return sum(_pour(*each) + _throw(each[0]) for each in running)


def _pour(activation_id: int, playbook: str) -> int:
    rehearsal = _rehearsal(playbook)
    if rehearsal is None:
        return 0
    with transaction() as session:
        return rehearsing.pour(session, activation_id, rehearsal)


def _throw(activation_id: int) -> int:
    # An inject needs nothing of the folder: a rehearsal goes on while somebody breaks it.
    with transaction() as session:
        thrown = injects.throw_due(session, activation_id)
    with transaction() as session:
        inject_watch.watch(session, activation_id)
    return thrown


def _rehearsal(playbook: str) -> Rehearsal | None:
    try:
        return playbooks.rehearsal(playbook, playbooks.folder(settings.get()))
    except WebcareError as error:
        log.warning("rehearsal can't run", playbook=playbook, why=str(error))
        return None
