"""`webcare playbook new` walks to a playbook that checks, by questions or by options alone."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from webcare import playbooks, settings
from webcare.commands.playbook import playbook

TITLES = ("--title-en", "Power cut", "--title-nl", "Stroomstoring")
SIGNS = ("--trigger-en", "Dark", "--trigger-nl", "Donker")
FACT = ("--fact", "streets", "status", "Which streets.", "Welke straten.")
UNKNOWN = ("--unknown", "streets", "we don't know where yet", "we weten nog niet waar")
REPLY = ("--reply", "cut.where", "Where?", "Waar?", "It is {streets}. ^{initials}", "{streets}. ^{initials}")

# What a person types: every question once, three of them with a wrong answer first.
WALK = (
    *("Power", "power-cut", "base", "n", "Power cut", "Stroomstoring", "Dark", "Donker"),
    *("", "answer-all", "nl,en"),
    *("Streets", "streets", "status", "Which streets.", "Welke straten.", "y", "unclear", "onduidelijk", ""),
    *("cut.where", "Where?", "Waar?", "It is {street}.", "It is {streets}."),
    *("Weet ik niet.", "Het is {streets}.", ""),
)


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Give an empty folder with playbooks that the settings name."""
    monkeypatch.setenv("WEBCARE_PLAYBOOKS", str(tmp_path))
    settings.get.cache_clear()
    yield tmp_path
    settings.get.cache_clear()


def run(*words: str, typed: tuple[str, ...] = ()) -> Result:
    return CliRunner().invoke(playbook, words, input="\n".join((*typed, "")))


def test_the_walk_asks_everything_and_ends_with_a_playbook_that_checks(home: Path) -> None:
    result = run("new", typed=WALK)
    assert result.exit_code == 0, result.output
    assert "'Power' can't be a slug" in result.output
    assert "'{street}' is no fact and no placeholder" in result.output
    assert "'{streets}' stands in one language only" in result.output
    assert run("check").exit_code == 0
    made = playbooks.load("power-cut", home)
    assert (made.title.nl, made.reply_policy, made.tone) == ("Stroomstoring", "answer-all", "warm-plain")
    reply = made.reply("cut.where")
    assert reply is not None
    assert (reply.requires, reply.branches_on_unknown, reply.approved) == (("streets",), ("streets",), False)


def test_options_alone_make_the_same_without_a_question(home: Path) -> None:
    head = ("--tone", "formal-reticent", "--policy", "allowlist-only", "--language", "nl", "--language", "de")
    result = run("new", "power-cut", *TITLES, *SIGNS, *head, *FACT, *UNKNOWN, *REPLY)
    assert result.exit_code == 0, result.output
    assert "?" not in result.output.partition("Made")[0]
    made = playbooks.load("power-cut", home)
    assert (made.tone, made.allowed_replies) == ("formal-reticent", ("cut.where",))
    fact = made.fact("streets")
    assert fact is not None
    assert fact.if_unknown is not None
    assert fact.if_unknown.en == "we don't know where yet"
    assert run("check").exit_code == 0


def test_a_copy_begins_with_all_files_and_keeps_their_comments(home: Path) -> None:
    result = run("new", "my-ash", "--copy", "volcanic-ash", *TITLES, *FACT, *REPLY)
    assert result.exit_code == 0, result.output
    made, shipped = playbooks.load("my-ash", home), playbooks.load("volcanic-ash", playbooks.shipped())
    assert (made.slug, made.title.en, made.version) == ("my-ash", "Power cut", "0.1.0")
    assert len(made.replies) == len(shipped.replies) + 1
    assert {each.key for each in made.facts} >= {"streets", *(each.key for each in shipped.facts)}
    ours, theirs = home / "my-ash" / "facts.yaml", playbooks.shipped() / "volcanic-ash" / "facts.yaml"
    assert ours.read_bytes() == theirs.read_bytes()
    assert run("check").exit_code == 0


def test_a_copy_of_base_stands_alone(home: Path) -> None:
    result = run("new", "our-base", "--copy", "base", *TITLES, "--policy", "answer-all")
    assert result.exit_code == 0, result.output
    made = playbooks.load("our-base", home)
    assert (made.extends, made.reply_policy) == (None, "answer-all")


def test_a_reply_with_a_locked_sentence_requires_its_facts(home: Path) -> None:
    words = ("--reply", "cut.care", "Care?", "Zorg?", "{rights.care.volcanic}", "{rights.care.volcanic}")
    result = run("new", "hub-closed", "--from", "volcanic-ash", *TITLES, *SIGNS, *words)
    assert result.exit_code == 0, result.output
    reply = playbooks.load("hub-closed", home).reply("cut.care")
    assert reply is not None
    assert reply.requires == ("care_claim_url",)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--policy", "allowlist-only"), "without a reply"),
        (("--fact", "streets", "odd", "x", "x"), "is no kind of fact"),
        (("--fact", "a b", "status", "x", "x"), "can't be a fact"),
        ((*FACT, *FACT), "is there already"),
        (UNKNOWN, "no --fact does"),
        (REPLY, "'{streets}' is no fact and no placeholder"),
        (("--reply", "a.b", "x", "x", "{name", "x"), "names nothing"),
        (("--copy", "base", "--from", "base"), "not both"),
        (("--copy", "nothing"), "There is no playbook 'nothing'"),
    ],
)
def test_what_can_not_be_is_said_and_nothing_is_written(
    home: Path, words: tuple[str, ...], said: str
) -> None:
    result = run("new", "power-cut", *TITLES, *SIGNS, *words)
    assert result.exit_code != 0
    assert said in result.output
    assert list(home.iterdir()) == []


def test_the_walk_of_an_allow_list_insists_on_a_reply(home: Path) -> None:
    typed = (
        "base",
        "n",
        "Dark",
        "Donker",
        "",
        "allowlist-only",
        "",
        "",
        "",
        "cut.ack",
        "Q",
        "V",
        "Hi",
        "Hoi",
        "",
    )
    result = run("new", "power-cut", *TITLES, typed=typed)
    assert result.exit_code == 0, result.output
    assert "An allow-list needs at least one reply" in result.output
    assert playbooks.load("power-cut", home).allowed_replies == ("cut.ack",)
