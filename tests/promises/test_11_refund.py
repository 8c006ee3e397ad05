"""Promise 11: every refund template says what a refund ends before it offers the choice, twice: EN, NL."""

from __future__ import annotations

import re

import pytest

from tests import factories
from tests.promises import acting
from tests.standin import StandIn
from tests.views.conftest import Desk
from webcare import db, playbooks
from webcare.domain.playbook import Playbook, ReplyTemplate

pytestmark = pytest.mark.usefixtures("clean_redis")

CONSEQUENCE = "{rights.refund.consequence}"
AT_THE_CHOICE = re.compile(
    r"\b(you can choose|you can also choose|je kunt kiezen|je kunt ook kiezen)\b", re.IGNORECASE
)


def _refunds() -> list[tuple[Playbook, ReplyTemplate]]:
    """Return every reply template of every playbook that offers the choice between money and a journey."""
    root = playbooks.shipped()
    books = [playbooks.load(path.name, root) for path in sorted(root.iterdir()) if path.is_dir()]
    return [
        (book, each)
        for book in books
        for each in book.replies
        if any(AT_THE_CHOICE.search(words) for words in each.texts.root.values()) and "refund" in each.intents
    ]


@pytest.mark.parametrize("language", ["en", "nl"])
@pytest.mark.parametrize(
    ("book", "template"), _refunds(), ids=lambda each: getattr(each, "key", None) or each.slug
)
def test_the_consequence_stands_before_the_choice(
    book: Playbook, template: ReplyTemplate, language: str
) -> None:
    assert book.reply(template.key) is not None
    words = template.texts.root[language]
    choice = AT_THE_CHOICE.search(words)
    assert choice is not None
    assert 0 <= words.find(CONSEQUENCE) < choice.start()


@pytest.mark.parametrize("language", ["en", "nl"])
def test_so_it_reaches_the_contact(desk: Desk, provider: StandIn, language: str) -> None:
    with db.transaction() as session:
        number = factories.activated(session, desk.cast.dev).id
        policy = {"en": "write REFUND here", "nl": "stuur ons het woord GELD"}
        factories.fact(session, desk.cast.dev, number, "refund_policy", said=policy)
        factories.approve_texts(session, desk.cast.ada)
    asked = {"en": "How do I get my money for ZZ610 back?", "nl": "Hoe krijg ik mijn geld voor ZZ610 terug?"}
    talk = acting.hear(desk, acting.outlet(desk, provider), asked[language], language=language)
    filled = acting.fill(desk.cast.amina, talk, "volc.refund.how")
    assert acting.answer(desk.browser(desk.cast.amina), talk, filled).status_code == 201
    (words,) = acting.taken(provider)
    consequence = playbooks.load(factories.ASH, playbooks.shipped())
    snippet = next(each for each in consequence.snippets if each.key == "rights.refund.consequence")
    said = snippet.texts.root[language].partition("{")[0].strip()
    assert 0 <= words.find(said) < words.find(policy[language])
