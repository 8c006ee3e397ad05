"""The triage model: fitted, kept, scored, and judged on people's messages that it never saw."""

from __future__ import annotations

from pathlib import Path

import pytest

from webcare import playbooks
from webcare.domain.triage import Model, Text, assess, read
from webcare.domain.urgency import Urgency
from webcare.errors import NotFound
from webcare.learning import building, examples, judging, readers, shelf
from webcare.learning.examples import Example

pytestmark = pytest.mark.xdist_group("learned")
ROOT = playbooks.shipped()
JUDGED_BY = Path(__file__).parents[2] / "benchmarks" / "triage"


@pytest.fixture(scope="module")
def model() -> Model:
    found = shelf._on_shelf(Path("nowhere"))
    return found if found is not None else building.shipped(ROOT)


def small(level: Urgency, word: str) -> list[Example]:
    return [
        Example(f"{word} message number {at} about {word}", level, author="ab"[at % 2]) for at in range(6)
    ]


def test_it_sees_danger_that_it_never_read(model: Model) -> None:
    given = examples.read((JUDGED_BY / "airline.jsonl").read_text("utf-8").splitlines(), "airline")
    by_rules, learned = judging.judge(given, None, ROOT), judging.judge(given, model, ROOT)
    assert learned.grave.recall >= 0.95
    assert learned.grave.precision >= 0.6
    assert learned.macro_f1 >= 0.7
    assert learned.macro_f1 > by_rules.macro_f1 + 0.1


def test_what_is_kept_scores_as_what_was_made(model: Model, tmp_path: Path) -> None:
    model.save(tmp_path)
    again = Model.load(tmp_path)
    reading = read(Text("he has one puff left", readers.USUAL_ARRIVAL), readers.cues("base", ROOT))
    assert again.score(reading) == model.score(reading)
    assert again.version == model.version
    assert sum(again.score(reading).levels) == pytest.approx(1, abs=1e-5)


def test_an_assessment_names_its_model_and_stays_a_plain_value(model: Model) -> None:
    said = assess(Text("he has one puff left", readers.USUAL_ARRIVAL), readers.cues("base", ROOT), model)
    assert said.model == model.version
    assert 0 <= said.score <= 5
    assert said.as_json()["model"] == model.version


def test_a_level_without_example_is_refused() -> None:
    with pytest.raises(ValueError, match="No example of U1, U2, U3, U4"):
        building.fitting.fit(small(Urgency.U0, "fire"), readers.PlaybookReader(ROOT))


def test_the_last_lesson_can_be_taken_back(model: Model, tmp_path: Path) -> None:
    with pytest.raises(NotFound, match="Nothing was learned here"):
        shelf.roll_back(tmp_path)
    shelf.put_learned(model, tmp_path)
    assert shelf.history(tmp_path) == [model.version]
    found = shelf._on_shelf(tmp_path)
    assert found is not None
    assert found.version == model.version
    assert shelf.roll_back(tmp_path) == "shipped"
    assert shelf.history(tmp_path) == []


def test_half_a_model_is_passed_over(tmp_path: Path, model: Model, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shelf, "built", lambda: tmp_path / "none")
    shelf.put_learned(model, tmp_path)
    (tmp_path / "models" / model.version / "table.npy").write_bytes(b"torn")
    assert shelf._on_shelf(tmp_path) is None
