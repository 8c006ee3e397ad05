"""`webcare cluster`: JSON lines in, JSON lines out, and what it says about lines that it can't read."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from webcare.commands.cluster import cluster_messages

BIKE = {"id": "a", "text": "Will my bike travel on the new flight too?", "lang": "en"}
FIETS = {"id": 2, "text": "moet ik m'n fiets opnieuw aanmelden na het omboeken"}
ALONE = {"id": "c", "text": "Which streets are without water?"}


def run(*given: object) -> Result:
    text = "".join((one if isinstance(one, str) else json.dumps(one)) + "\n" for one in given)
    return CliRunner().invoke(cluster_messages, ["-"], input=text)


def answers(*given: object) -> list[dict[str, Any]]:
    return [json.loads(line) for line in run(*given).stdout.splitlines()]


def test_messages_that_ask_the_same_share_a_number_and_one_alone_has_none() -> None:
    first, alone, second = answers(BIKE, ALONE, "", FIETS)
    assert [first["id"], alone["id"], second["id"]] == ["a", "c", 2]
    assert first["cluster"] == second["cluster"] is not None
    assert alone == {"id": "c", "cluster": None, "sure": False, "outlier": False}


def test_one_with_an_extra_need_stays_in_its_cluster_as_an_outlier() -> None:
    more = {"id": 3, "text": BIKE["text"] + " My son needs his insulin tonight and it is in the lost bag."}
    *plain, extra = answers(BIKE, FIETS, {**BIKE, "id": 4}, more)
    assert extra["cluster"] == plain[0]["cluster"]
    assert [one["outlier"] for one in (*plain, extra)] == [False, False, False, True]


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("nonsense", "no JSON"),
        ("[1]", "no object"),
        ({"text": "x"}, "'id' is missing"),
        ({"id": 1}, "'text' is missing"),
        ({"id": 1, "text": 5}, "'text' is no text"),
        ({**BIKE, "lang": 5}, "'lang' is no text"),
    ],
)
def test_a_bad_line_is_named_and_the_others_still_come_out(line: object, words: str) -> None:
    result = run(BIKE, line, FIETS)
    assert result.exit_code == 1
    assert len(result.stdout.splitlines()) == 2
    assert result.stderr.startswith("Line 2: ")
    assert words in result.stderr


def test_a_file_is_read_and_an_unknown_playbook_is_named(tmp_path: Path) -> None:
    file = tmp_path / "messages.jsonl"
    file.write_text(json.dumps(BIKE) + "\n", encoding="utf-8")
    assert CliRunner().invoke(cluster_messages, [str(file)]).exit_code == 0
    result = CliRunner().invoke(cluster_messages, [str(file), "--playbook", "nowhere"])
    assert result.exit_code == 1
    assert "no playbook 'nowhere'" in result.stderr
