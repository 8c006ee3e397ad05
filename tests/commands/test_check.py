"""`webcare check`: JSON lines in, JSON lines out, and what it says about lines that it can't read."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from webcare.commands.check import check_drafts

GOOD = {
    "id": "a",
    "text": "Power is back at 18:00.",
    "lang": "en",
    "visibility": "public",
    "channel": "mastodon",
}


def run(*given: object) -> Result:
    text = "".join((one if isinstance(one, str) else json.dumps(one)) + "\n" for one in given)
    return CliRunner().invoke(check_drafts, ["-"], input=text)


def test_one_line_in_gives_one_line_out() -> None:
    result = run(GOOD, "", {**GOOD, "id": 2, "text": "Which street is it?"})
    first, second = map(json.loads, result.stdout.splitlines())
    assert result.exit_code == 0
    assert first["id"] == "a"
    (finding,) = first["findings"]
    assert set(finding) == {"name", "severity", "span", "text", "sentence"}
    assert (finding["name"], finding["severity"]) == ("unbacked_promise", "block")
    assert GOOD["text"][slice(*finding["span"])] == finding["text"]
    assert second == {"id": 2, "findings": []}


def test_facts_are_texts_or_texts_per_language() -> None:
    plain = {"key": "restore", "value": "Power is back at 18:00", "status": "confirmed", "expired": False}
    both = {**plain, "value": {"en": "Power is back at 6 pm", "nl": "Om 18 uur is er stroom"}}
    old = {**plain, "expired": True}
    results = [
        json.loads(line)
        for line in run(*({**GOOD, "facts": [one]} for one in (plain, both, old))).stdout.splitlines()
    ]
    assert [[one["name"] for one in each["findings"]] for each in results] == [[], [], ["expired_fact"]]


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("nonsense", "no JSON"),
        ("[1]", "no object"),
        ({"text": "x"}, "'id' is missing"),
        ({"id": 1}, "'text' is missing"),
        ({"id": 1, "text": 5}, "'text' is no text"),
        ({**GOOD, "visibility": "secret"}, "'visibility' is 'secret'"),
        ({**GOOD, "limit": "long"}, "'limit' is 'long'"),
        ({**GOOD, "sign": "yes"}, "'sign' is 'yes'"),
        ({**GOOD, "facts": {}}, "'facts' is no list"),
        ({**GOOD, "facts": [{}]}, "no 'key'"),
        ({**GOOD, "facts": [{"key": "k", "status": "sure"}]}, "status 'sure'"),
        ({**GOOD, "facts": [{"key": "k", "value": [1]}]}, "value of the fact 'k'"),
    ],
)
def test_a_bad_line_is_named_and_the_others_still_come_out(line: object, words: str) -> None:
    result = run(GOOD, line, GOOD)
    assert result.exit_code == 1
    assert len(result.stdout.splitlines()) == 2
    assert result.stderr.startswith("Line 2: ")
    assert words in result.stderr


def test_a_file_is_read_too(tmp_path: Path) -> None:
    file = tmp_path / "drafts.jsonl"
    file.write_text(json.dumps(GOOD) + "\n", encoding="utf-8")
    assert CliRunner().invoke(check_drafts, [str(file)]).exit_code == 0


def test_a_playbook_makes_it_as_strict_as_in_its_crisis() -> None:
    line = json.dumps({**GOOD, "text": "We apologise for any inconvenience. It is a voluntary recall."})
    severities = {}
    for slug in ("base", "data-breach", "product-recall"):
        result = CliRunner().invoke(check_drafts, ["-", "--playbook", slug], input=line)
        found = json.loads(result.stdout)["findings"]
        severities[slug] = {each["name"]: each["severity"] for each in found}
    assert severities["base"]["empty_apology"] == "warn"
    assert severities["data-breach"]["empty_apology"] == "block"
    assert severities["product-recall"]["tone"] == "block"


def test_a_playbook_that_is_not_there_is_named() -> None:
    result = CliRunner().invoke(check_drafts, ["-", "--playbook", "flood"], input="")
    assert result.exit_code == 1
    assert "There is no playbook 'flood'" in result.output
