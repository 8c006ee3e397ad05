"""Reads how people call the intents that triage found: by the playbooks in force, then by the folders."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy.orm import Session

from webcare import playbooks, settings
from webcare.playbooks import titles
from webcare.queries import rules, running


class Topics:
    """The titles of intents; an intent that no playbook knows any more is shown by its own words."""

    def __init__(self, known: Mapping[str, Mapping[str, str]]) -> None:
        """Take the titles by intent and language."""
        self._known = known

    @property
    def known(self) -> tuple[str, ...]:
        """Return the intents that have a title, in the order of their English ones."""
        return tuple(sorted(self._known, key=self))

    def __call__(self, intent: str, language: str = "en") -> str:
        """Return the title of an intent in a language, English when it has none there."""
        title = self._known.get(intent, {})
        return title.get(language) or title.get("en") or intent.replace("_", " ")


def titled(session: Session) -> Topics:
    """Return the titles of all intents that a conversation of this desk may carry."""
    folder = playbooks.folder(settings.get())
    found = dict(titles.of_intents(folder, playbooks.shipped()))
    for each in reversed(running.now(session)):
        found.update(titles.named(rules.frozen(session, each.id, each.fingerprint).cues))
    return Topics(found)
