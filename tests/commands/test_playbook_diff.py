"""`webcare playbook diff` says what changed since an activation, and never changes anything."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from tests import factories
from tests.shelves import ASH, edit, shelf
from webcare import db
from webcare.commands.playbook import playbook

__all__ = ["shelf"]


@pytest.fixture
def number(clean_database: str, redis_url: str, shelf: Path) -> int:
    """Activate the ash cloud and return the activation's number."""
    with db.transaction() as session:
        return factories.activated(session, factories.cast(session).dev).id


def diff(*words: str) -> Result:
    return CliRunner().invoke(playbook, ("diff", *words))


def test_an_untouched_folder_says_the_same(number: int) -> None:
    result = diff(ASH)
    assert result.exit_code == 0, result.output
    assert f"activation {number} (in force since" in result.output
    assert "The folder says the same." in result.output


def test_changes_are_sentences_with_the_words_side_by_side(number: int, shelf: Path) -> None:
    edit(shelf, "snippets.yaml", "Report a late bag", "Tell us of a late bag")
    edit(shelf, "playbook.yaml", "version: 1.0.0", "version: 1.0.1")
    result = diff(ASH, "--activation", str(number))
    assert result.exit_code == 1
    assert "- The locked sentence 'rights.baggage': its words, in English, changed." in result.output
    assert "    -Report a late bag" in result.output
    assert "    +Tell us of a late bag" in result.output
    assert "The folder has 1.0.1" in result.output


def test_a_broken_folder_is_explained(number: int, shelf: Path) -> None:
    edit(shelf, "playbook.yaml", "version: 1.0.0", "version: 1.0.0\ntone: loud")
    result = diff(ASH)
    assert result.exit_code == 1
    assert "'tone' can't be 'loud'" in result.output


def test_what_was_never_activated_has_nothing_to_compare(number: int) -> None:
    assert "was never activated" in diff("base").output
    assert f"is one of '{ASH}'" in diff("base", "--activation", str(number)).output
    assert "There is no activation 999" in diff(ASH, "--activation", "999").output
