"""Injects of a playbook are dealt by a seed, and flaws in them are named with a mend."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from tests.domain.test_playbook_rehearsal import SMALL
from webcare import playbooks
from webcare.domain.playbook.injects import Inject, dealt
from webcare.domain.playbook.rehearsal import Rehearsal

TITLE = {"en": "A rumour", "nl": "Een gerucht"}
SAID = [
    {"lang": "en", "text": "Is it true about {flight}?"},
    {"lang": "en", "text": "{name} says so, in {city}"},
    {"lang": "nl", "text": "Klopt het van {flight}?"},
]
RUMOUR: dict[str, Any] = {
    "key": "word",
    "kind": "rumour",
    "minute": 8,
    "title": TITLE,
    "met": {"within_minutes": 20, "words": ["bankrupt"]},
    "messages": SAID,
}
WRONG: dict[str, Any] = {
    "key": "wrong",
    "kind": "wrong_fact",
    "minute": 9,
    "title": TITLE,
    "met": {"within_minutes": 10},
    "fact": "next_update_at",
    "right": {"en": "later", "nl": "later"},
}
FILLINGS = {"name": ["Inés"], "flight": ["ZZ1"], "city": ["Oslo"], "time": ["06:40"]}


def without(given: dict[str, Any], name: str) -> dict[str, Any]:
    return {key: value for key, value in given.items() if key != name}


def test_a_rumour_is_heard_from_many_people_in_varied_words() -> None:
    made = dealt(Inject.model_validate(RUMOUR), FILLINGS, 5)
    assert len({each.address for each in made}) == len(made) == 8
    assert len({each.text for each in made}) == 3
    assert all(each.address.endswith("@example.org") and "{" not in each.text for each in made)
    assert made == dealt(Inject.model_validate(RUMOUR), FILLINGS, 5)


def test_a_wrong_fact_is_the_word_of_operations() -> None:
    (made,) = dealt(Inject.model_validate(WRONG), FILLINGS, 5)
    assert made.text.startswith("ops: the fact 'next_update_at' on your board is wrong. It must be: later.")
    assert not made.is_public


@pytest.mark.parametrize(
    ("inject", "words"),
    [
        ({**RUMOUR, "messages": SAID[:2]}, "no message in 'nl'"),
        ({**RUMOUR, "messages": SAID[1:]}, "at least 3 different messages"),
        ({**RUMOUR, "met": {"within_minutes": 20}}, "nothing can meet this rumour"),
        ({**RUMOUR, "kind": "leak"}, "say nothing about a leak"),
        ({**RUMOUR, "fact": "area"}, "'fact' belongs to a wrong_fact"),
        (
            {**RUMOUR, "messages": [*SAID, {"lang": "en", "text": "{flihgt}"}]},
            r"'\{flihgt\}' is not known here",
        ),
        (without(WRONG, "right"), "a wrong_fact without 'right'"),
        ({**WRONG, "fact": "next_updat_at"}, "is no starting fact"),
        ({**WRONG, "messages": SAID}, "writes its own message"),
    ],
)
def test_a_flaw_is_named(inject: dict[str, Any], words: str) -> None:
    with pytest.raises(ValidationError, match=words):
        Rehearsal.model_validate({**SMALL, "injects": [inject]})


def test_a_key_stands_once() -> None:
    with pytest.raises(ValidationError, match="'word' stands twice in injects"):
        Rehearsal.model_validate({**SMALL, "injects": [RUMOUR, RUMOUR]})


def test_what_nobody_knows_can_not_be_wrong() -> None:
    facts = [{"key": "next_update_at", "status": "unknown", "values": {"en": "?", "nl": "?"}}]
    with pytest.raises(ValidationError, match="starts as unknown"):
        Rehearsal.model_validate({**SMALL, "facts": facts, "injects": [WRONG]})


def test_the_problem_names_the_file_and_the_line(tmp_path: Path) -> None:
    folder = tmp_path / "base"
    folder.mkdir()
    for file in (playbooks.shipped() / "base").glob("*.yaml"):
        (folder / file.name).write_text(file.read_text(encoding="utf-8"), encoding="utf-8")
    path = folder / "rehearsal.yaml"
    text = path.read_text(encoding="utf-8").replace("kind: leak", "kind: leek")
    path.write_text(text, encoding="utf-8")
    line = text[: text.index("kind: leek")].count("\n") + 1
    found = [str(each) for each in playbooks.problems(folder) if each.file == path]
    assert found == [f"{path}:{line}: 'kind' can't be 'leek' — did you mean 'leak'?"]
