"""Goes every road by which a reply to one contact can leave: sent, approved, passed, tried again."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tests.promises import acting
from tests.promises.world import BUSY, FAILED, GONE, REASON, WORDS, World
from webcare import db
from webcare.services import receipts

U0, U3 = 0, 3


def _written(world: World, way: Callable[..., Any] = acting.answer, by: str = "amina", **more: Any) -> Any:
    """Let somebody write to a contact: in U0, which needs a lead's yes, when the case lacks one."""
    talk = world.talk(urgency=U3 if world.case.has_yes else U0)
    return way(world.browser(by), talk, world.words, **more)


def _asked(world: World, words: str, **more: Any) -> tuple[str, dict[str, str]] | None:
    """Let an agent write in U0; return where their question stands and the text's hash, None if refused."""
    sent = acting.answer(world.browser("amina"), world.talk(urgency=U0), words, **more)
    number = (sent.json or {}).get("approval_id")
    if number is None:
        return None
    ((digest,),) = acting.rows("SELECT sha256 FROM approvals WHERE id = :id", id=number)
    return f"/approvals/{number}", {"sha256": bytes(digest).hex()}


def screen(world: World) -> None:
    """Let an agent press Send."""
    _written(world, acting.press)
    world.leaves()


def api(world: World) -> None:
    """Let a program send, and insist."""
    _written(world, is_anyway=True)
    world.leaves()


def approved(world: World) -> None:
    """Let a lead say yes to what an agent wrote, without a reason for findings."""
    asked = _asked(world, world.words, asks_lead=True)
    if asked and world.case.has_yes:
        world.browser("dev").post(f"{asked[0]}/yes", asked[1])
    world.leaves()


def mended(world: World) -> None:
    """Let a lead change the words and say yes to their own."""
    asked = _asked(world, WORDS["none"])
    assert asked
    if world.case.has_yes:
        world.browser("dev").post(f"{asked[0]}/yes", {**asked[1], "text": world.words})
    world.leaves()


def self_approved(world: World) -> None:
    """Let the author say yes to their own words."""
    asked = _asked(world, WORDS["none"])
    assert asked
    world.browser("amina").post(f"{asked[0]}/yes", asked[1])
    world.leaves()


def changed(world: World) -> None:
    """Put another text behind a question before the yes comes."""
    asked = _asked(world, WORDS["none"])
    assert asked
    number = int(asked[0].rpartition("/")[2])
    acting.rows("UPDATE approvals SET text = text || ' Now.' WHERE id = :id RETURNING id", id=number)
    world.browser("dev").post(f"{asked[0]}/yes", asked[1])
    world.leaves()


def rewritten(world: World) -> None:
    """Let the author write something else after asking; the yes is to the old words."""
    asked = _asked(world, WORDS["none"])
    assert asked
    ((talk,),) = acting.rows("SELECT max(id) FROM conversations")
    acting.answer(world.browser("amina"), talk, "Where are you? Something else.")
    world.browser("dev").post(f"{asked[0]}/yes", asked[1])
    world.leaves()


def overridden(world: World) -> None:
    """Let a lead pass a finding with a reason; an agent (who has no such yes) tries the same."""
    way = acting.press if world.case.is_rehearsal else acting.answer
    way(
        world.browser("dev" if world.case.has_yes else "amina"),
        world.talk(),
        world.words,
        override_reason=REASON,
    )
    world.leaves()


def asked_to_pass(world: World) -> None:
    """Let an agent ask a lead to pass a finding, and the lead do so, with a reason."""
    asked = _asked(world, world.words, asks_lead=True)
    if asked and world.case.has_yes:
        world.browser("dev").post(f"{asked[0]}/yes", {**asked[1], "override_reason": REASON})
    world.leaves()


def retried(world: World) -> None:
    """Let the worker try again after the other side was busy."""
    world.fails_first(BUSY)
    _written(world)
    acting.work()
    world.has_queued()
    world.is_time_again()
    acting.work()


def resent(world: World) -> None:
    """Let a person send once more what the other side refused, or broke off."""
    world.fails_first(FAILED if world.case.is_rehearsal else GONE)
    _written(world)
    acting.work()
    for (number,) in acting.rows("SELECT id FROM deliveries ORDER BY id DESC LIMIT 1"):
        world.browser("dev").post(f"/deliveries/{number}/decision", {"decision": "resend"})
    world.leaves()


def receipt(world: World) -> None:
    """Let a conversation begin, and the clock give its first receipt."""
    given = "UPDATE activations SET options = :options, started_at = now() - interval '5 minutes'"
    acting.rows(f"{given} WHERE id = :id RETURNING id", options='{"receipt": true}', id=world.activation_id)
    world.talk()
    with db.transaction() as session:
        receipts.give(session, 10)
    world.leaves()
