"""Uses once, before the children are forked, what every child uses, so that they share it."""

from __future__ import annotations

import importlib
from collections.abc import Iterable, Sequence

import structlog
from redis import RedisError

from webcare import clock, db, playbooks, queues, settings
from webcare.domain import language
from webcare.domain.triage.assessment import Text
from webcare.errors import Away
from webcare.queries import activations, rules
from webcare.services import judging

# In two languages, so that the words don't tell it and the model is asked.
_SAID = "Is my flight ZZ118 going tomorrow at 9:00? Ik wacht al een uur en mijn kind is ziek."

log = structlog.get_logger(__name__)


def warm(modules: Sequence[str], in_force: Iterable[str]) -> None:
    """Import `modules`, read the playbooks `in_force`, and walk the road of a message once, leaving nothing.

    A first query or a first bell fills caches all over the memory; filled before the fork they cost the
    house once (measured: 2.5 MB less in each of nine processes). Connections don't survive a fork, so
    they are closed again. An engine that is away is the children's business: they wait for it.
    """
    for name in modules:
        importlib.import_module(name)
    rules.warm(playbooks.folder(settings.get()), in_force)
    language.load()
    db.configure()
    try:
        with db.transaction() as session:
            activations.running(session)
            cues = rules.covering(session, None).cues
        judging.assessment(Text(_SAID, clock.now()), cues)
        queues.worker(queues.QUEUES[0]).connection.close()
        queues.connection().ping()
    except (Away, RedisError) as error:
        log.warning("an engine is away while starting; its users wait for it", why=type(error).__name__)
    finally:
        db.dispose()
        queues.forget()
