"""One automatic first receipt: never after a person, to a machine, in public or where silence is right."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, text, update
from sqlalchemy.orm import Session

from tests import factories
from tests.factories import Cast
from tests.services.conftest import Clock
from webcare import clock, db
from webcare.models import Activation, Conversation, Message, MessageFact, ReplyTime
from webcare.queries import rules
from webcare.services import conversations, receipts, reply_times, sending


def asking(session: Session, cast: Cast, playbook: str = factories.ASH, **values: Any) -> int:
    """Activate a playbook with receipts, a moment ago."""
    number = factories.activated(session, cast.dev, playbook, options={"receipt": True}, **values).id
    begun = clock.now() - timedelta(minutes=5)
    session.execute(update(Activation).where(Activation.id == number).values(started_at=begun))
    return number


def measured(session: Session, of: Conversation, minutes: int | None) -> None:
    """Let the time to answer be measured now for the inbox and language of a conversation, and published."""
    row = ReplyTime(inbox_id=of.inbox_id, language=of.language, measured_at=clock.now())
    row.expected_minutes = row.measured_minutes = minutes
    row.replies, row.waiting = 9, 1
    session.add(row)
    session.flush()
    reply_times.publish(session)


def automatic(session: Session, thread: Conversation) -> list[Message]:
    asked = select(Message).where(Message.conversation_id == thread.id, Message.direction == "outbound")
    return list(session.scalars(asked))


def test_a_conversation_that_begins_gets_one_receipt_and_no_second(
    session: Session, cast: Cast, thread: Conversation
) -> None:
    number = asking(session, cast)
    assert receipts.give(session, 50) == 1
    factories.arrives(session, thread)
    assert receipts.give(session, 50) == 0
    (sent,) = automatic(session, thread)
    assert (sent.is_automatic, sent.agent_id, sent.activation_id) == (True, None, number)
    assert "automatic" in sent.text
    assert "HELP" in sent.text
    assert "within" not in sent.text
    assert session.get_one(Conversation, thread.id).state == "open"


def test_it_says_only_what_holds_and_a_correction_can_find_it(
    session: Session, cast: Cast, thread: Conversation, time: Clock
) -> None:
    number = asking(session, cast, next_update_at=time.at + timedelta(hours=1))
    factories.fact(session, cast.amina, number, "airspace_status", is_public=True)
    thread.language = "nl"
    session.flush()
    measured(session, thread, 120)
    assert receipts.give(session, 50) == 1
    (sent,) = automatic(session, thread)
    assert "Wat we nu weten: airspace_status nl." in sent.text
    assert "binnen 2 uur" in sent.text
    assert "Volgende update voor iedereen: " in sent.text
    stated = select(MessageFact.fact_version_id).where(MessageFact.message_id == sent.id)
    assert len(session.scalars(stated).all()) == 3


@pytest.mark.parametrize(("language", "words"), [("de", "Nachricht"), ("fr", "message"), ("es", "mensaje")])
def test_a_receipt_speaks_the_contacts_language_without_english_in_between(
    session: Session, cast: Cast, thread: Conversation, language: str, words: str
) -> None:
    number = asking(session, cast)
    factories.fact(session, cast.amina, number, "airspace_status", is_public=True)
    thread.language = language
    session.flush()
    assert receipts.give(session, 50) == 1
    (sent,) = automatic(session, thread)
    assert words in sent.text
    assert "airspace_status en" not in sent.text
    assert sent.language == language


def test_what_is_not_for_the_public_stays_out(session: Session, cast: Cast, thread: Conversation) -> None:
    number = asking(session, cast)
    factories.fact(session, cast.amina, number, "airspace_status", is_public=False)
    assert receipts.give(session, 50) == 1
    assert "airspace_status" not in automatic(session, thread)[0].text


@dataclass(frozen=True)
class Scene:
    """A conversation that would get a receipt, until a spoiler comes."""

    session: Session
    cast: Cast
    thread: Conversation

    def first(self, **values: Any) -> None:
        """Change the contact's first message."""
        changing = update(Message).where(Message.conversation_id == self.thread.id)
        self.session.execute(changing.values(**values))

    def begin(self, **values: Any) -> None:
        """Change the conversation."""
        _change(self.session, self.thread, **values)

    def answered(self) -> None:
        """Let a person answer."""
        by = self.cast.amina.agent_id
        factories.message(self.session, self.thread, "Hi", direction="outbound", agent_id=by)

    def greeted_elsewhere(self) -> None:
        """Let the same contact have had a receipt this day."""
        lately = clock.now() - timedelta(hours=23)
        given: dict[str, Any] = {
            "contact_id": self.thread.contact_id,
            "receipt_at": lately,
            "state": "resolved",
        }
        factories.conversation(self.session, **given)


def _change(session: Session, thread: Conversation, **values: Any) -> None:
    session.execute(update(Conversation).where(Conversation.id == thread.id).values(**values))


Spoil = Callable[[Scene], object]
SILENT: dict[str, Spoil] = {
    "a person answered": Scene.answered,
    "somebody wrote a note": lambda on: conversations.note(on.session, on.cast.amina, on.thread.id, "called"),
    "an automatic mail": lambda on: on.first(is_automatic=True),
    "asked for no automatic answers": lambda on: on.first(threading={"no_auto_reply": "asked"}),
    "unreadable": lambda on: on.first(trouble="no charset"),
    "public": lambda on: on.begin(is_public=True),
    "a public message": lambda on: on.first(is_public=True),
    "a danger": lambda on: on.begin(urgency=0),
    "a threat": lambda on: on.begin(intents=["safety_threat"], urgency=1),
    "the press": lambda on: on.begin(intents=["press"]),
    "began before the crisis": lambda on: on.begin(created_at=clock.now() - timedelta(minutes=6)),
    "got one already": lambda on: on.begin(receipt_at=clock.now()),
    "got one elsewhere today": Scene.greeted_elsewhere,
    "outbound is paused": lambda on: sending.pause(on.session, on.cast.dev),
    "another crisis holds": lambda on: factories.activated(on.session, on.cast.dev, "safety-incident"),
    "it is resolved": lambda on: on.begin(state="resolved"),
}


@pytest.mark.parametrize("spoil", SILENT.values(), ids=SILENT)
def test_it_keeps_silent(session: Session, cast: Cast, thread: Conversation, spoil: Spoil) -> None:
    asking(session, cast)
    spoil(Scene(session, cast, thread))
    before = len(automatic(session, thread))
    assert receipts.give(session, 50) == 0
    assert len(automatic(session, thread)) == before


def test_a_crisis_of_silence_gives_none_though_it_asks(
    session: Session, cast: Cast, thread: Conversation
) -> None:
    asking(session, cast, "safety-incident")
    assert receipts.give(session, 50) == 0


def test_without_the_option_or_after_the_end_nothing_is_given(
    session: Session, cast: Cast, thread: Conversation
) -> None:
    number = factories.activated(session, cast.dev).id
    assert receipts.give(session, 50) == 0
    options = {"options": {"receipt": True}, "started_at": clock.now() - timedelta(minutes=5)}
    over = {**options, "ended_at": clock.now()}
    session.execute(update(Activation).where(Activation.id == number).values(**over))
    rules.forget(session)
    assert receipts.give(session, 50) == 0


def test_a_rehearsal_greets_its_own_contacts_only(session: Session, cast: Cast, thread: Conversation) -> None:
    number = asking(session, cast, mode="rehearsal")
    box = factories.inbox(session, rehearsal_id=number, channel="rehearsal")
    made = factories.conversation(session, cast.team_id, inbox_id=box, rehearsal_id=number)
    assert receipts.give(session, 50) == 1
    assert automatic(session, thread) == []
    assert len(automatic(session, made)) == 1


def test_two_conversations_of_one_contact_get_one_receipt(session: Session, cast: Cast) -> None:
    asking(session, cast)
    contact = factories.eve(session)
    first, second = (factories.conversation(session, cast.team_id, contact_id=contact) for _ in range(2))
    assert receipts.give(session, 50) == 1
    assert (len(automatic(session, first)), len(automatic(session, second))) == (1, 0)
    assert receipts.give(session, 50) == 0


def test_the_playbooks_own_text_comes_first_and_is_named(
    session: Session, cast: Cast, thread: Conversation
) -> None:
    number = asking(session, cast)
    _add(
        session,
        number,
        "volc.ack.receipt",
        {"en": "{name: {name}, }We have it.", "nl": "{name: {name}, }We hebben het."},
    )
    assert receipts.give(session, 50) == 1
    (sent,) = automatic(session, thread)
    assert (sent.text, sent.reply_template, sent.reply_template_version) == (
        "We have it.",
        "volc.ack.receipt",
        1,
    )


def test_a_danger_hears_the_emergency_line_only_when_it_was_approved(
    session: Session, cast: Cast, thread: Conversation
) -> None:
    number = asking(session, cast)
    _change(session, thread, urgency=0)
    _add(session, number, "volc.ack.emergency", {"en": "Call 112 now.", "nl": "Bel nu 112."})
    assert receipts.give(session, 50) == 0
    _add(session, number, "volc.ack.emergency", {"en": "Call 112 now.", "nl": "Bel nu 112."}, approved=True)
    session.expire_all()
    assert receipts.give(session, 50) == 1
    assert [each.text for each in automatic(session, thread)] == ["Call 112 now."]


def _add(session: Session, number: int, key: str, texts: dict[str, str], *, approved: bool = False) -> None:
    """Put one more reply into what an activation froze."""
    row = session.get_one(Activation, number)
    reply = {"key": key, "version": 1, "purpose": {"en": "-", "nl": "-"}, "channels": ["dm"], "texts": texts}
    others = [each for each in row.frozen["replies"] if each["key"] != key]
    frozen = {**row.frozen, "replies": [*others, {**reply, "approved": approved}]}
    values = {"frozen": frozen, "fingerprint": f"{key}-{approved}-{number}"}
    session.execute(update(Activation).where(Activation.id == number).values(**values))
    session.expire(row)
    rules.forget(session)


@pytest.mark.usefixtures("clean_database")
def test_two_workers_at_once_give_one_each(redis_url: str) -> None:
    with db.transaction() as session:
        people = factories.cast(session)
        asking(session, people)
        for _ in range(30):
            factories.conversation(session, people.team_id)
    together = threading.Barrier(4)

    def work() -> None:
        together.wait()
        for _ in range(5):
            with db.transaction() as own:
                receipts.give(own, 10)

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with db.transaction() as session:
        counted = text("SELECT count(*), count(DISTINCT conversation_id) FROM messages WHERE is_automatic")
        assert tuple(session.execute(counted).one()) == (30, 30)
        queued = text("SELECT count(*) FROM deliveries")
        assert session.execute(queued).scalar_one() == 30
