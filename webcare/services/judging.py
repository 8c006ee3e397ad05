"""Judges messages by the cues of what covers them and by the triage model in use."""

from __future__ import annotations

from typing import TYPE_CHECKING

import structlog

from webcare import settings
from webcare.domain.triage import CueSet, assess
from webcare.domain.triage.assessment import Assessment, Text
from webcare.learning import shelf

if TYPE_CHECKING:
    from webcare.services.reading import Read

log = structlog.get_logger(__name__)


def assessment(text: Text, cues: CueSet) -> Assessment:
    """Return the assessment of `text` by `cues` and the model in use, if one is there yet."""
    return assess(text, cues, shelf.in_use(settings.get().webcare_var))


def again(read: Read, cues: CueSet) -> Assessment:
    """Return the assessment of `read` by `cues`; what can't be judged keeps the one it has.

    The first one was made with the words of everything that might cover it: it is never the calmer one.
    """
    if read.trouble:
        return read.assessment
    said = read.inbound
    text = Text(
        said.text,
        read.claimed.received_at,
        said.language,
        said.subject,
        said.auto_submitted,
        said.is_public,
    )
    try:
        return assessment(text, cues)
    except Exception as error:  # noqa: BLE001 - one odd text must not hold up the batch that it came in
        log.warning("assessment_failed", raw_event=read.claimed.id, kind=type(error).__name__)
        return read.assessment
