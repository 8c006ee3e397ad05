"""Says what changed between two versions of a playbook: a sentence per change, and the words side by side."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import unified_diff
from typing import Any

from webcare.domain.playbook.shape import Playbook

_NOUNS = {
    "facts": "fact",
    "replies": "reply",
    "snippets": "locked sentence",
    "phases": "phase",
    "checklist": "step of the first hour",
    "roles": "role",
    "triggers": "trigger",
    "severities": "severity",
    "alerts": "alert",
    "stand_down": "stand-down criterion",
    "after_action": "review question",
    "risks": "risk",
    "exit_criteria": "exit criterion",
}
_FIELDS = {
    "texts": "its words",
    "ttl_minutes": "the minutes that it holds",
    "if_unknown": "the sentence for 'not known yet'",
    "public": "whether it may be said in public",
    "requires": "the facts that it needs",
    "optional": "the facts that it may use",
    "branches_on_unknown": "the facts that may be unknown",
    "levels": "the urgencies that it is for",
    "intents": "the questions that it answers",
    "channels": "where it may go",
    "locked": "whether its wording is locked",
    "approved": "whether the folder calls it approved",
    "offset_minutes": "the minutes after the activation",
    "done_when": "when it counts as done",
    "does": "what it does",
    "enter": "when it begins",
    "reply_policy": "the reply policy",
    "allowed_replies": "the replies that may leave",
    "scct_cluster": "who is held responsible",
    "proactive_outreach": "whether we write first",
    "growth_stage": "the growth stage that the folder names",
    "repeat_minutes": "the minutes between repeats",
}
_LANGUAGES = {"en": "English", "nl": "Dutch", "de": "German", "fr": "French", "es": "Spanish"}
_SENTENCE = re.compile(r"(?<=[.!?])\s+|\n")
# A long list says enough with its first words.
_MOST_NAMED = 6


@dataclass(frozen=True, slots=True)
class Change:
    """One difference: the part of the playbook, the key of the item, a sentence, and a diff of its words.

    `lines` is a unified diff, one sentence of the text per line; empty when no words for people changed.
    """

    part: str
    key: str
    sentence: str
    lines: tuple[str, ...] = ()


def between(before: Playbook, after: Playbook) -> tuple[Change, ...]:
    """Return what `after` says otherwise than `before`, in the order of a playbook's parts."""
    if before.fingerprint == after.fingerprint:
        return ()
    old, new = before.model_dump(mode="json"), after.model_dump(mode="json")
    found: list[Change] = []
    for part in Playbook.model_fields:
        if part == "cues":
            found += _cues(old[part], new[part])
        elif part in _NOUNS:
            found += _items(part, old[part], new[part])
        elif old[part] != new[part]:
            found += _head(part, old[part], new[part])
    return tuple(found)


def _head(part: str, old: Any, new: Any) -> Iterator[Change]:
    """Yield the changes of one field of the head; due minutes and approvals one line each."""
    if part == "due_minutes":
        for level, minutes in new.items():
            if old[level] != minutes:
                yield Change(part, level, f"{level} is due after {minutes} min instead of {old[level]} min.")
    elif part == "approval":
        for sort, who in new.items():
            if old[sort] != who:
                yield Change(part, sort, f"The approval of '{sort}' is now '{who}' (was '{old[sort]}').")
    else:
        yield from _field((part, ""), "The playbook", (part, old, new))


def _items(part: str, old: Sequence[Any], new: Sequence[Any], of: str = "") -> Iterator[Change]:
    """Yield the changes of a list of keyed items; `of` names the item that the list belongs to."""
    before, after = ({each["key"]: each for each in items} for items in (old, new))
    the, noun = f"{of}the" if of else "The", _NOUNS[part]
    for key in (key for key in before if key not in after):
        yield Change(part, key, f"{the} {noun} '{key}' is gone{_about(before[key])}.", _gone(before[key]))
    for key, item in after.items():
        if key not in before:
            yield Change(part, key, f"{the} {noun} '{key}' is new{_about(item)}.", _come(item))
            continue
        for name in dict.fromkeys((*before[key], *item)):
            was, is_ = before[key].get(name), item.get(name)
            if was != is_ and name in _NOUNS:
                yield from _items(name, was or [], is_ or [], f"The {noun} '{key}': ")
            elif was != is_:
                yield from _field((part, key), f"{the} {noun} '{key}'", (name, was, is_))
    both = [key for key in before if key in after]
    if both != [key for key in after if key in before]:
        yield Change(part, "", f"{the} order of {part.replace('_', ' ')} changed.")


def _field(where: tuple[str, str], subject: str, change: tuple[str, Any, Any]) -> Iterator[Change]:
    """Yield the change of one field, in the words that fit its value: texts, lists, single values."""
    name, old, new = change
    label = _FIELDS.get(name, f"the {name.replace('_', ' ')}")
    if _is_text(old) or _is_text(new):
        yield from _texts(where, f"{subject}: {label}", (old or {}, new or {}))
    elif isinstance(old, list) and isinstance(new, list):
        yield Change(*where, f"{subject}: {label} {_gained(old, new)}.")
    else:
        yield Change(*where, f"{subject}: {label} is now {_shown(new)} (was {_shown(old)}).")


def _texts(
    where: tuple[str, str], subject: str, texts: tuple[Mapping[str, str], Mapping[str, str]]
) -> Iterator[Change]:
    old, new = texts
    for code in dict.fromkeys((*old, *new)):
        if old.get(code) == new.get(code):
            continue
        language = _LANGUAGES.get(code, code)
        sentence = f"{subject}, in {language}, changed."
        if code not in old:
            sentence = f"{subject}: now in {language} as well." if old else f"{subject} came, in {language}."
        elif code not in new:
            sentence = f"{subject}: no longer in {language}." if new else f"{subject} went, in {language}."
        name = f"{where[1] or where[0]} ({code})"
        yield Change(*where, sentence, _lines(name, old.get(code, ""), new.get(code, "")))


def _lines(name: str, old: str, new: str) -> tuple[str, ...]:
    """Return a unified diff of two texts, one sentence per line."""
    return tuple(
        line.rstrip("\n")
        for line in unified_diff(
            _sentences(old), _sentences(new), f"{name}, in force", f"{name}, in the folder", lineterm="", n=1
        )
    )


def _come(item: Mapping[str, Any]) -> tuple[str, ...]:
    return _whole(item, lambda name, words: _lines(name, "", words))


def _gone(item: Mapping[str, Any]) -> tuple[str, ...]:
    return _whole(item, lambda name, words: _lines(name, words, ""))


def _whole(item: Mapping[str, Any], lines: Callable[[str, str], tuple[str, ...]]) -> tuple[str, ...]:
    """Return the diff of every text of an item that came or went as a whole."""
    texts = item.get("texts") or {}
    return tuple(line for code, words in texts.items() for line in lines(f"{item['key']} ({code})", words))


def _sentences(text: str) -> list[str]:
    return [each for each in _SENTENCE.split(text.strip()) if each]


def _about(item: Mapping[str, Any]) -> str:
    """Return the English title of an item between brackets, if it has one."""
    for name in ("title", "purpose", "help"):
        if _is_text(item.get(name)):
            return f" ({item[name]['en'].rstrip('.')})"
    return ""


def _is_text(value: Any) -> bool:
    if not isinstance(value, Mapping) or "en" not in value:
        return False
    return all(isinstance(each, str) for each in value.values())


def _gained(old: Sequence[Any], new: Sequence[Any]) -> str:
    gained = [str(each) for each in new if each not in old]
    lost = [str(each) for each in old if each not in new]
    said = [f"{verb} {_named(words)}" for verb, words in (("gained", gained), ("lost", lost)) if words]
    return " and ".join(said) or "changed order"


def _named(words: Sequence[str]) -> str:
    shown = ", ".join(f"'{each}'" for each in words[:_MOST_NAMED])
    return shown if len(words) <= _MOST_NAMED else f"{shown} and {len(words) - _MOST_NAMED} more"


def _shown(value: Any) -> str:
    if value is None:
        return "not said"
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value) if isinstance(value, int) else f"'{value}'"


def _cues(old: Any, new: Any, place: tuple[str, ...] = ()) -> Iterator[Change]:
    """Yield what changed in the words by which triage knows how urgent a message is."""
    if old == new:
        return
    name = " ".join(place)
    if isinstance(old, Mapping) and isinstance(new, Mapping):
        for key in dict.fromkeys((*old, *new)):
            yield from _cues(old.get(key), new.get(key), (*place, str(key)))
    elif isinstance(old, list) and isinstance(new, list):
        yield Change("cues", name, f"The cues: {name} {_gained(old, new)}.")
    elif old is None or new is None:
        verb = "is new" if old is None else "is gone"
        yield Change("cues", name, f"The cues: {name} {verb}.")
    elif isinstance(old, str) and isinstance(new, str) and "," in old + new:
        words = [[each.strip() for each in text.split(",")] for text in (old, new)]
        yield Change("cues", name, f"The cues: {name} {_gained(*words)}.")
    else:
        yield Change("cues", name, f"The cues: {name} changed.")
