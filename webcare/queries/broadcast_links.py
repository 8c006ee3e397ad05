"""Reads which facts the words of a broadcast state without naming them, so that a correction finds it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from webcare.domain import fact_linking, facts
from webcare.domain.broadcasts import NEXT_UPDATE, Frame, Said
from webcare.domain.fact_profiles import KnownFact


def linked(said: Said, frame: Frame) -> Said:
    """Return a broadcast in one language with the facts that its own words state among those it states."""
    known = tuple(_known(said, frame))
    found = fact_linking.links("\n".join(said.words.values()), said.language, known)
    return replace(said, facts={**{each.key: each.version for each in found}, **said.facts})


def _known(said: Said, frame: Frame) -> Iterator[KnownFact]:
    """Yield what may be stated now: what has fallen is the business of the checks, and never on record."""
    ground = frame.ground
    for key, fact in ground.facts.items():
        is_theirs = key != NEXT_UPDATE and fact.kind != "computed"
        if is_theirs and key not in said.facts and facts.usable(fact, ground.now):
            spec = ground.specs.get(key)
            about = tuple(spec.help.root.values()) if spec is not None else ()
            yield KnownFact(key, fact.version, tuple(sorted(fact.values.items())), about)
