"""Promises of `webcare playbook`: it says what is wrong, and never writes over anything."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from webcare import playbooks, settings
from webcare.commands.playbook import playbook

ANSWERS = (
    "--title-en",
    'Power "cut"',
    "--title-nl",
    "Stroom: uit",
    "--trigger-en",
    "Dark",
    "--trigger-nl",
    "Donker",
)


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Give an empty folder with playbooks that the settings name."""
    monkeypatch.setenv("WEBCARE_PLAYBOOKS", str(tmp_path))
    settings.get.cache_clear()
    yield tmp_path
    settings.get.cache_clear()


def run(*words: str, typed: str = "") -> Result:
    return CliRunner().invoke(playbook, words, input=typed)


def test_check_says_that_what_ships_is_in_order() -> None:
    result = run("check", str(playbooks.shipped()))
    assert result.exit_code == 0, result.output
    assert all(slug in result.output for slug in playbooks.slugs(playbooks.shipped()))


def test_check_prints_one_line_per_problem_and_fails(home: Path) -> None:
    run("new", "power-cut", *ANSWERS)
    head = home / "power-cut" / "playbook.yaml"
    head.write_text(head.read_text(encoding="utf-8") + "tone: loud\nrisk: []\n", encoding="utf-8")
    result = run("check")
    assert result.exit_code == 1
    last = len(head.read_text(encoding="utf-8").splitlines())
    places = [f"{head}:{last - 1}", f"{head}:{last}"]
    assert [line.split(": ")[0] for line in result.stdout.splitlines()] == places
    assert all(" — " in line for line in result.stdout.splitlines())
    assert "can't be used: 2 problem(s)" in run("list").output


def test_check_fails_where_there_is_nothing_to_check(home: Path) -> None:
    result = run("check", str(home / "nowhere"))
    assert result.exit_code == 1
    assert "there is no playbook here" in result.output


@pytest.mark.parametrize("parent", ["base", "volcanic-ash"])
def test_a_new_playbook_is_in_order_from_the_first_minute(home: Path, parent: str) -> None:
    result = run("new", "power-cut", *ANSWERS, "--from", parent, "--language", "nl")
    assert result.exit_code == 0, result.output
    assert run("check").exit_code == 0
    made = playbooks.load("power-cut", home)
    assert (made.title.en, made.title.nl, made.languages) == ('Power "cut"', "Stroom: uit", ("nl",))
    assert any(each.title.nl == "Donker" for each in made.triggers)
    assert "Stroom: uit" in run("list").output


def test_new_never_writes_over_a_folder(home: Path) -> None:
    (home / "power-cut").mkdir()
    result = run("new", "power-cut", *ANSWERS)
    assert result.exit_code == 1
    assert "choose another slug" in result.output
    assert list((home / "power-cut").iterdir()) == []


@pytest.mark.parametrize("slug", ["../up", "Power", "a b", "1"])
def test_new_refuses_a_slug_that_cannot_be_a_folder(home: Path, slug: str) -> None:
    result = run("new", slug, *ANSWERS)
    assert result.exit_code == 2
    assert "can't be a slug" in result.output
    assert list(home.iterdir()) == []


def test_new_from_a_playbook_that_is_not_there_writes_nothing(home: Path) -> None:
    result = run("new", "power-cut", *ANSWERS, "--from", "nothing")
    assert result.exit_code == 1
    assert "base" in result.output
    assert list(home.iterdir()) == []


def test_show_tells_the_first_hour_in_the_language_asked_for(home: Path) -> None:
    run("new", "power-cut", *ANSWERS, "--from", "volcanic-ash")
    shown = run("show", "power-cut", "--language", "nl").output
    assert "T+15   Plaats volc.ack.first op alle kanalen." in shown
    assert "sample" in shown
    assert run("show", "nothing").exit_code == 1


def test_list_says_how_to_begin_when_there_is_nothing(home: Path) -> None:
    assert "webcare playbook new" in run("list").output
