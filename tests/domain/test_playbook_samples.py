"""Legal, medical and self-harm texts need a name; other words are other texts."""

from __future__ import annotations

from typing import Any

import pytest

from webcare import playbooks
from webcare.domain.playbook import Playbook, ReplyTemplate
from webcare.domain.playbook.samples import digest, needs, samples, unapproved

ASH = playbooks.load("volcanic-ash", playbooks.shipped())


def template(key: str) -> ReplyTemplate:
    found = ASH.reply(key)
    assert found is not None
    return found


def changed(key: str, **values: Any) -> ReplyTemplate:
    return template(key).model_copy(update=values)


@pytest.mark.parametrize("key", ["volc.med", "volc.refund.how", "volc.care.selfbook"])
def test_medical_replies_and_those_with_a_locked_sentence_need_a_name(key: str) -> None:
    assert needs(ASH, template(key))


@pytest.mark.parametrize("key", ["volc.thanks", "volc.visa", "volc.pet"])
def test_ordinary_replies_do_not(key: str) -> None:
    assert not needs(ASH, template(key))


def test_a_locked_reply_one_about_self_harm_and_one_on_a_legal_fact_do() -> None:
    assert needs(ASH, changed("volc.thanks", locked=True))
    assert needs(ASH, changed("volc.thanks", intents=("self_harm_distress",)))
    plain = ASH.model_dump(mode="json")
    plain["facts"][0]["kind"] = "legal"
    legal = Playbook.model_validate(plain)
    assert needs(legal, changed("volc.thanks", optional=(legal.facts[0].key,)))


def test_a_snippet_in_one_language_only_is_found_too() -> None:
    texts = template("volc.thanks").texts.model_copy(
        update={"root": {"en": "x", "nl": "x", "de": "{rights.baggage}"}}
    )
    assert needs(ASH, changed("volc.thanks", texts=texts))


def test_what_is_missing_names_the_reply_and_its_locked_sentences() -> None:
    reply = template("volc.care.selfbook")
    wanted = (("reply", reply.key), ("snippet", "rights.care.volcanic"))
    assert unapproved(ASH, reply, frozenset()) == wanted
    assert unapproved(ASH, reply, frozenset(wanted[:1])) == wanted[1:]
    assert unapproved(ASH, reply, frozenset(wanted)) == ()
    assert unapproved(ASH, template("volc.thanks"), frozenset()) == ()


def test_the_digest_is_of_the_words_and_not_of_their_order() -> None:
    reply = template("volc.thanks")
    turned = reply.texts.model_copy(update={"root": dict(reversed(reply.texts.root.items()))})
    assert digest(reply) == digest(reply.model_copy(update={"texts": turned, "version": 9}))
    other = reply.texts.model_copy(update={"root": {**reply.texts.root, "nl": "Bedankt."}})
    assert digest(reply) != digest(reply.model_copy(update={"texts": other}))


def test_every_text_is_listed_once_the_grave_ones_first() -> None:
    found = samples(ASH)
    assert len({each.mark for each in found}) == len(ASH.replies) + len(ASH.snippets)
    graves = [each.is_grave for each in found]
    assert graves == sorted(graves, reverse=True)
    assert any(graves)
