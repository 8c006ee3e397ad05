"""The file with matters: every line has five languages and no name stands twice."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest
from pydantic import ValidationError

from tests.domain.clusters.known import SHIPPED
from webcare.domain.clusters import Matters
from webcare.errors import Refused
from webcare.playbooks import matters

SECTIONS = ("matters", "deeds", "states", "settings", "needs", "asks")


def test_every_name_stands_once_with_words_in_five_languages() -> None:
    names = Counter(name for section in SECTIONS for name in getattr(SHIPPED, section))
    assert [name for name, count in names.items() if count > 1] == []
    wordless = [
        (name, language)
        for section in SECTIONS
        for name, columns in getattr(SHIPPED, section).items()
        for language, phrases in columns.items()
        if not phrases
    ]
    assert wordless == []
    assert len(names) >= 300


def test_phrases_are_folded_already() -> None:
    odd = [
        phrase
        for section in SECTIONS
        for columns in getattr(SHIPPED, section).values()
        for phrases in columns.values()
        for phrase in phrases
        if not phrase.isascii() or phrase != phrase.lower() or "'" in phrase or "-" in phrase
    ]
    assert odd == []


def test_a_line_that_misses_a_language_is_refused_in_words() -> None:
    with pytest.raises(ValidationError, match=r"has 2 languages\. Write five"):
        Matters.model_validate({"matters": {"bike": "bike | fiets"}})


def test_a_house_of_its_own_words_is_read_and_a_broken_one_refused(tmp_path: Path) -> None:
    file = tmp_path / "base" / "matters.yaml"
    file.parent.mkdir()
    assert matters.load(tmp_path) == SHIPPED
    file.write_text('matters:\n  bike: "bike | fiets | rad | velo | bici"\n', encoding="utf-8")
    assert list(matters.load(tmp_path).matters) == ["bike"]
    file.write_text('matters:\n  bicycle: "bike | fiets"\n', encoding="utf-8")
    with pytest.raises(Refused) as refused:
        matters.load(tmp_path)
    assert "matters.yaml:2" in refused.value.reasons[0]


def test_a_rival_that_nobody_knows_is_refused_by_name() -> None:
    with pytest.raises(ValidationError, match="rivals of ends: bycicle stand in no section"):
        Matters.model_validate(
            {"matters": {"bike": "bike | fiets | rad | velo | bici"}, "rivals": {"ends": "bike bycicle"}}
        )
