"""Links a reply to the facts that its words state, so that a correction reaches whoever was told by hand."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from webcare.domain import fact_linking, facts
from webcare.domain.checks.reading import Span
from webcare.domain.fact_profiles import KnownFact
from webcare.services.grounds import Grounds

# What no reply may state is the business of the checks; it is put on record when a lead lets it pass.
_LINKED = frozenset({"valid", "expiring", "unverified"})
_PASSED = {"expired": "expired_fact", "retracted": "retracted_fact"}


@dataclass(frozen=True, slots=True)
class LinkedFact:
    """A fact that a text states in its own words, in which version and where; `is_denied` by its author."""

    key: str
    version: int
    spans: tuple[Span, ...]
    is_denied: bool = False


def of(on: Grounds, text: str, denied: Mapping[str, int]) -> tuple[LinkedFact, ...]:
    """Return the facts in force that `text` states and that it isn't said to state already, by key.

    `denied` maps the keys that its author says no to, to the versions that they said it of. A measured
    value is never linked: nobody is corrected when it changes.
    """
    language = on.around.language if on.around.language != "und" else None
    found = fact_linking.links(text, language, tuple(_known(on)))
    linked = (LinkedFact(each.key, each.version, each.spans, _says_no(denied, each)) for each in found)
    return tuple(sorted(linked, key=lambda each: each.key))


def versions(on: Grounds, text: str, denied: Mapping[str, int]) -> dict[str, int]:
    """Return by key the versions that `text` states in its own words, those denied left out."""
    return {each.key: each.version for each in of(on, text, denied) if not each.is_denied}


def _known(on: Grounds) -> Iterator[KnownFact]:
    specs = {each.key: each for playbook in reversed(on.playbooks) for each in playbook.facts}
    for key, held in on.held.items():
        value, spec = held.value, specs.get(key)
        if key in on.stated or value.kind == "computed" or not _may_be_linked(on, value):
            continue
        about = tuple(spec.help.root.values()) if spec is not None else ()
        yield KnownFact(key, value.version, tuple(sorted(value.values.items())), about)


def _may_be_linked(on: Grounds, value: facts.FactVersion) -> bool:
    state = facts.state(value, on.now)
    return state in _LINKED or _PASSED.get(state) in on.overrides


def _says_no(denied: Mapping[str, int], link: fact_linking.Link) -> bool:
    return denied.get(link.key) == link.version
