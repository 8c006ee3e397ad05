"""Lets triage learn at night, in a process of its own that ends when it has learned."""

from __future__ import annotations

import os
import subprocess
import sys
import threading

import structlog

from webcare import db, queues, settings
from webcare.services import lessons

# A desk with a million judgements would take about this long; something is wrong then.
LONGEST_S = 3600
_KINDNESS = 15
_NAME = "lesson"

log = structlog.get_logger(__name__)


def drain() -> int:
    """Begin the lesson that is due, or make the first model; return 1 when either began.

    What fits a model needs a quarter of a GB and a minute of one core; neither shall stay with a worker
    that others wait for. A lesson that is cut off has changed nothing: the model is put in place whole.
    """
    queues.hear("lessons")
    if any(thread.name == _NAME for thread in threading.enumerate()):
        return 0
    if lessons.needs_model():
        words = ["learn", "--shipped"]
    else:
        with db.transaction() as session:
            if not lessons.begin(session):
                return 0
        words = ["learn"]
    threading.Thread(target=_learn, args=words, name=_NAME, daemon=True).start()
    return 1


def _learn(*words: str) -> None:
    chosen = settings.get()
    named = {
        "DATABASE_URL": chosen.database_url or "",
        "REDIS_URL": chosen.redis_url or "",
        "WEBCARE_VAR": str(chosen.webcare_var),
    }
    command = ["nice", "-n", str(_KINDNESS), sys.executable, "-m", "webcare.cli", *words]
    try:
        done = subprocess.run(  # noqa: S603 - our own program, and nothing that anybody typed
            command,
            env={**os.environ, **named},
            capture_output=True,
            text=True,
            timeout=LONGEST_S,
            check=False,
        )
    except (OSError, subprocess.SubprocessError) as error:
        log.warning("the lesson could not be held", why=type(error).__name__)
        return
    said = (done.stdout or done.stderr).strip().splitlines()
    log.info("the lesson is over", code=done.returncode, said=said[-1] if said else "")
