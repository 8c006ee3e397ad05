"""Triage learns from what a desk's people judged, is taken back by one command, and says what it does."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import select, update

from tests import factories
from webcare import clock, db, playbooks, settings
from webcare.commands.assess import assess_messages
from webcare.commands.learn import learn
from webcare.learning import shelf
from webcare.models import Desk, Event, Message
from webcare.services import judgements
from webcare.services.judgements import Word

pytestmark = [pytest.mark.learned, pytest.mark.usefixtures("clean_database", "redis_url")]
# Two dozen words that no playbook knows, so that only what is learned can tell what they mean here.
_FIRST = ("brumal", "crottle", "dwale", "fipple")
_SECOND = ("ohmic", "pavid", "quop", "runcle", "selcouth", "tacenda")
ODD = [f"{first} {second}" for first in _FIRST for second in _SECOND]
SMALL = {"U0": "fire", "U1": "insulin", "U2": "tonight", "U3": "refund", "U4": "thanks"}


@pytest.fixture
def var(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Lay a small set of playbooks with a model of its own; return the folder of this desk's data."""
    root = tmp_path / "playbooks"
    shutil.copytree(playbooks.shipped() / "base", root / "base")
    said = [
        {"text": f"{word} matter {at} of mine", "level": level, "author": "ab"[at % 2]}
        for level, word in SMALL.items()
        for at in range(8)
    ]
    (root / "base" / "examples.jsonl").write_text("\n".join(map(json.dumps, said)), "utf-8")
    monkeypatch.setattr(playbooks, "shipped", lambda: root)
    monkeypatch.setattr(shelf, "built", lambda: tmp_path / "_model")
    monkeypatch.setenv("WEBCARE_VAR", str(tmp_path / "var"))
    (tmp_path / "var").mkdir()
    settings.get.cache_clear()
    assert run("--shipped").exit_code == 0
    yield tmp_path / "var"
    settings.get.cache_clear()


def run(*words: str) -> Result:
    return CliRunner().invoke(learn, list(words))


def judge(level: int) -> None:
    """Have Amina judge one message for each of the odd words."""
    with db.transaction() as session:
        cast = factories.cast(session)
        for odd in ODD:
            thread = factories.conversation(
                session, cast.team_id, contact_id=factories.eve(session, name=odd)
            )
            session.execute(
                update(Message).where(Message.conversation_id == thread.id).values(text=f"my {odd} again")
            )
            judgements.judge(session, cast.amina, thread.id, Word(level, "it is grave here"))


def level_of(text: str, folder: Path) -> str:
    file = folder / "one.jsonl"
    file.write_text(json.dumps({"text": text, "received_at": clock.now().isoformat()}), "utf-8")
    return str(json.loads(CliRunner().invoke(assess_messages, [str(file)]).stdout)["level"])


def test_what_people_judged_changes_the_level_until_it_is_taken_back(var: Path, tmp_path: Path) -> None:
    assert level_of("my brumal tacenda again", tmp_path) != "U1"
    judge(1)
    learned = run()
    assert learned.exit_code == 0, learned.output
    assert "Learned, and in use from now on" in learned.output
    assert "judged anew" in learned.output
    assert level_of("my brumal tacenda again", tmp_path) == "U1"
    with db.transaction() as session:
        told = session.scalars(select(Event.data["model"].astext).order_by(Event.id.desc())).first()
        assert told == shelf.history(var)[-1]
        assert session.get_one(Desk, 1).epoch == 2  # one for the shipped model, one for the lesson
    assert "model shipped" in run("--rollback").output
    assert level_of("my brumal tacenda again", tmp_path) != "U1"


def test_what_a_file_taught_is_not_lost_with_the_next_lesson(var: Path, tmp_path: Path) -> None:
    file = tmp_path / "own.jsonl"
    file.write_text("".join(json.dumps({"text": f"our {odd}", "level": "U0"}) + "\n" for odd in ODD))
    assert run(str(file), "--force").exit_code == 0
    assert [one.text for one in shelf.handed(var)] == [f"our {odd}" for odd in ODD]
    judge(1)
    assert run("--force").exit_code == 0
    assert [one.text for one in shelf.handed(var)] == [f"our {odd}" for odd in ODD]
    assert run("--rollback").exit_code == 0
    assert run("--rollback").exit_code == 0
    assert shelf.handed(var) == []


@pytest.mark.usefixtures("var")
def test_too_little_to_learn_from_is_said(tmp_path: Path) -> None:
    said = run()
    assert said.exit_code != 0
    assert "0 examples are too few" in str(said.exception) + said.output
