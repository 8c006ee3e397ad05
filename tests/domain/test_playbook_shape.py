"""Promises of a playbook: it refuses contradictions, never changes, and survives being stored."""

from __future__ import annotations

import copy
import json
from typing import Any

import pytest
from pydantic import ValidationError

from webcare.domain.playbook import Playbook

BOTH = {"en": "words", "nl": "woorden"}
MINIMAL: dict[str, Any] = {
    "slug": "power-cut",
    "title": BOTH,
    "version": "1.0.0",
    "growth_stage": "pioneer",
    "scct_cluster": "accident",
    "tone": "warm-plain",
    "reply_policy": "answer-questions",
    "proactive_outreach": False,
    "approval": dict.fromkeys(("broadcast", "correction", "reply_u0", "reply_u1", "reply"), "lead"),
    "due_minutes": {"U0": 2, "U1": 15, "U2": 60, "U3": 480, "U4": 1440},
    "languages": ["en", "nl"],
    "triggers": [{"key": "dark", "title": BOTH, "phase": "respond"}],
    "severities": [{"key": "1", "title": BOTH}],
    "phases": [
        {"key": "respond", "title": BOTH, "enter": BOTH, "exit_criteria": [{"key": "out", "title": BOTH}]}
    ],
    "roles": [{"key": "keeper", "title": BOTH, "does": BOTH, "right": "fact.write"}],
    "checklist": [
        {"key": "one", "offset_minutes": 0, "title": BOTH, "done_when": BOTH},
        {"key": "two", "offset_minutes": 5, "title": BOTH, "done_when": BOTH},
    ],
    "facts": [
        {"key": key, "kind": "status", "ttl_minutes": 30, "owner": "keeper", "public": True, "help": BOTH}
        for key in ("area", "next_update_at")
    ],
    "snippets": [
        {
            "key": "rights.x",
            "owner": "keeper",
            "jurisdiction": "EU",
            "texts": {"en": "{area}", "nl": "{area}"},
        }
    ],
    "replies": [
        {
            "key": "x.one",
            "version": 1,
            "purpose": BOTH,
            "channels": ["dm"],
            "requires": ["area"],
            "texts": {"en": "{rights.x} {name}", "nl": "{name} {rights.x}"},
        }
    ],
    "alerts": [{"key": "a.b", "slack_channel": "crisis", "pattern": {"en": "{link}", "nl": "{link}"}}],
    "stand_down": [{"key": "calm", "title": BOTH}],
    "after_action": [{"key": "why", "title": BOTH}],
}


def with_(path: str, value: Any) -> dict[str, Any]:
    changed: Any = copy.deepcopy(MINIMAL)
    here, (*steps, last) = changed, path.split("/")
    for step in steps:
        here = here[int(step) if step.isdigit() else step]
    here[int(last) if last.isdigit() else last] = value
    return dict(changed)


def test_a_playbook_survives_being_frozen_in_a_database() -> None:
    playbook = Playbook.model_validate(MINIMAL)
    again = Playbook.model_validate(json.loads(json.dumps(playbook.model_dump(mode="json"))))
    assert again == playbook
    assert again.fingerprint == playbook.fingerprint


def test_one_changed_word_changes_the_fingerprint() -> None:
    changed = Playbook.model_validate(with_("title/nl", "andere woorden"))
    assert changed.fingerprint != Playbook.model_validate(MINIMAL).fingerprint


def test_a_playbook_never_changes() -> None:
    playbook = Playbook.model_validate(MINIMAL)
    with pytest.raises(ValidationError, match="frozen"):
        setattr(playbook, "version", "2.0.0")  # noqa: B010 - the type checker refuses it too


def test_parts_are_found_by_key() -> None:
    playbook = Playbook.model_validate(MINIMAL)
    found = (
        playbook.fact("area"),
        playbook.reply("x.one"),
        playbook.phase("respond"),
        playbook.role("keeper"),
    )
    assert [each.key for each in found if each] == ["area", "x.one", "respond", "keeper"]
    assert playbook.alert("nothing") is None
    assert playbook.title.of("fr") == "words"


@pytest.mark.parametrize(
    ("path", "value", "words"),
    [
        ("checklist/1/offset_minutes", 0, None),
        ("checklist/0/offset_minutes", 9, "sort the steps"),
        ("checklist/1/key", "one", "stands twice in checklist"),
        ("triggers/0/phase", "respnd", "did you mean 'respond'"),
        ("facts/0/owner", "nobody", "no role 'nobody'"),
        ("facts/0/key", "name", "a placeholder of the desk"),
        ("facts/1/if_unknown", BOTH, "may never be unknown"),
        ("facts/0/if_unknown", {"en": "{area}", "nl": "x"}, "may be unknown too"),
        ("replies/0/requires", [], "rests on the fact 'area'"),
        ("replies/0/requires", ["area", "aera"], "did you mean 'area'"),
        ("replies/0/optional", ["next_update_at"], "move it to requires"),
        ("replies/0/branches_on_unknown", ["area"], "no if_unknown sentence"),
        ("replies/0/texts/nl", "{rights.x}", "'{name}' stands in the en text but not in the nl text"),
        ("replies/0/texts/en", "{rights.x} {name} {flihgt}", "did you mean 'flight'"),
        ("replies/0/texts/en", "{rights.x} {name} {}", "names nothing"),
        ("replies/0/texts/en", "{rights.x} {name} {next_update_at}", "used but not declared"),
        ("replies/0/texts", {"en": "x"}, "the Dutch text is missing"),
        ("snippets/0/key", "rights", "put a dot in it"),
        ("snippets/0/texts/en", "{nothing}", "no fact 'nothing'"),
        ("alerts/0/pattern/en", "{body}", "an alert knows no '{body}'"),
        ("allowed_replies", ["x.two"], "no reply 'x.two'"),
        ("reply_policy", "allowlist-only", "lets nobody answer"),
        ("title/nl", "  ", "empty"),
    ],
)
def test_contradictions_are_refused_with_a_way_out(path: str, value: Any, words: str | None) -> None:
    if words is None:
        assert Playbook.model_validate(with_(path, value))
        return
    with pytest.raises(ValidationError) as caught:
        Playbook.model_validate(with_(path, value))
    assert words in str(caught.value)


def test_an_optional_fact_without_a_sentence_must_stand_in_its_own_branch() -> None:
    hole = with_("replies/0/optional", ["area"])
    hole["replies"][0] |= {"requires": [], "texts": {"en": "{area}", "nl": "{area}"}}
    with pytest.raises(ValidationError, match="leaves a hole"):
        Playbook.model_validate(hole)
    hole["replies"][0]["texts"] = {"en": "A.{area: {area}}", "nl": "A.{area: {area}}"}
    assert Playbook.model_validate(hole)
