"""What changed between two versions of a playbook is said in sentences, with the words side by side."""

from __future__ import annotations

from typing import Any

import pytest

from webcare import playbooks
from webcare.domain.playbook import Playbook
from webcare.domain.playbook.diff import between

ASH = playbooks.load("volcanic-ash", playbooks.shipped())


def plain() -> dict[str, Any]:
    return ASH.model_dump(mode="json")


def said(changed: dict[str, Any]) -> list[str]:
    return [each.sentence for each in between(ASH, Playbook.model_validate(changed))]


def item(book: dict[str, Any], part: str, key: str) -> dict[str, Any]:
    return next(each for each in book[part] if each["key"] == key)


def test_the_same_words_are_no_change() -> None:
    assert said(plain()) == []


def test_due_minutes_tone_and_approval_are_said_one_by_one() -> None:
    book = plain()
    before = book["due_minutes"]["U2"]
    book["due_minutes"]["U2"] = before + 7
    book["tone"] = "formal-reticent"
    book["approval"]["reply"] = "lead"
    assert said(book) == [
        f"The playbook: the tone is now 'formal-reticent' (was '{ASH.tone}').",
        f"The approval of 'reply' is now 'lead' (was '{ASH.approval.reply}').",
        f"U2 is due after {before + 7} min instead of {before} min.",
    ]


def test_a_reply_is_changed_per_language_with_the_sentences_side_by_side() -> None:
    book = plain()
    words = item(book, "replies", "volc.thanks")["texts"]
    words["nl"] = f"Tot ziens. {words['nl']}"
    words["de"] = words["en"]
    changes = between(ASH, Playbook.model_validate(book))
    assert [each.sentence for each in changes] == [
        "The reply 'volc.thanks': its words, in Dutch, changed.",
        "The reply 'volc.thanks': its words: now in German as well.",
    ]
    assert "+Tot ziens." in changes[0].lines
    assert all((each.part, each.key) == ("replies", "volc.thanks") for each in changes)


def test_facts_come_and_go_and_hold_for_another_time() -> None:
    book = plain()
    fact = item(book, "facts", "airspace_status")
    fact["ttl_minutes"] = 45
    book["facts"].append({**fact, "key": "ash_height", "help": {"en": "How high.", "nl": "Hoe hoog."}})
    assert said(book) == [
        "The fact 'airspace_status': the minutes that it holds is now 45 (was 30).",
        "The fact 'ash_height' is new (How high).",
    ]


def test_an_exit_criterion_is_named_with_its_phase() -> None:
    book = plain()
    title = {"en": "Tents are up.", "nl": "De tenten staan."}
    item(book, "phases", "respond")["exit_criteria"].append({"key": "tents", "title": title})
    book["risks"] = []
    assert said(book)[0] == "The phase 'respond': the exit criterion 'tents' is new (Tents are up)."
    assert any(each.startswith("The risk '") and "is gone" in each for each in said(book))


def test_lists_and_cues_say_what_they_gained_and_lost() -> None:
    book = plain()
    reply = item(book, "replies", "volc.care.now")
    reply["intents"] = ["rebook"]
    book["cues"]["concepts"]["hotel"]["words"]["en"] = ["bunk"]
    sentences = said(book)
    assert sentences[0] == (
        "The reply 'volc.care.now': the questions that it answers gained 'rebook' and lost 'care_hotel'."
    )
    assert sentences[1].startswith("The cues: concepts hotel words en gained 'bunk' and lost ")


def test_a_sentence_for_the_unknown_comes_as_a_whole() -> None:
    book = plain()
    item(book, "facts", "area")["if_unknown"] = {"en": "we don't know", "nl": "dat weten we niet"}
    assert said(book) == [
        "The fact 'area': the sentence for 'not known yet' came, in English.",
        "The fact 'area': the sentence for 'not known yet' came, in Dutch.",
    ]


@pytest.mark.parametrize("part", ["phases", "roles"])
def test_another_order_is_a_change(part: str) -> None:
    book = plain()
    book[part] = [*book[part][1:], book[part][0]]
    assert said(book) == [f"The order of {part} changed."]
