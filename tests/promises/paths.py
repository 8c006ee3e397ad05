"""The one table of every road by which words can leave the house.

A new road gets a line here and is tried in every case; `tests/house/test_paths.py` finds new doors.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from tests.promises import roads_of_broadcasts as broadcasts
from tests.promises import roads_of_corrections as corrections
from tests.promises import roads_of_replies as replies
from tests.promises.world import Case, World


@dataclass(frozen=True)
class Path:
    """One road: how to go it, which findings a lead may let pass on it, and what can't be tried on it."""

    go: Callable[[World], None]
    passes: tuple[str, ...] = ("none",)
    needs: str = ""
    is_never: bool = False

    def applies(self, case: Case) -> bool:
        """Return whether this case can be laid on this road."""
        has_words = self.needs not in {"own words", "one step"} or case.finding == "none"
        has_question = self.needs != "own words" or case.has_yes
        return has_words and has_question and not (self.needs == "real" and case.is_rehearsal)

    def may_leave(self, case: Case) -> bool:
        """Return whether words may leave in this case, by the rules of the house."""
        is_open = case.pause == "no" and not case.is_rehearsal and case.has_yes
        return is_open and case.finding in self.passes and not self.is_never


_MAY_PASS = ("none", "passable")
PATHS: dict[str, Path] = {
    "screen send": Path(replies.screen),
    "JSON send": Path(replies.api),
    "approval by somebody else": Path(replies.approved),
    "approval with mended words": Path(replies.mended),
    "approval of one's own": Path(replies.self_approved, needs="own words", is_never=True),
    "approval of changed words": Path(replies.changed, needs="own words", is_never=True),
    "approval of words since rewritten": Path(replies.rewritten, needs="own words", is_never=True),
    "override by a lead": Path(replies.overridden, _MAY_PASS),
    "override asked of a lead": Path(replies.asked_to_pass, _MAY_PASS),
    "retry of a reply": Path(replies.retried),
    "resending a reply": Path(replies.resent),
    "correction run": Path(corrections.correction),
    "correction run redrafted": Path(corrections.redrafted, needs="own words", is_never=True),
    "correction of a latecomer": Path(corrections.latecomer),
    "broadcast": Path(broadcasts.broadcast),
    "broadcast with an override": Path(broadcasts.broadcast_overridden, _MAY_PASS),
    "scheduled broadcast": Path(broadcasts.scheduled),
    "scheduled broadcast rewritten": Path(broadcasts.scheduled_rewritten, needs="own words", is_never=True),
    "no change": Path(broadcasts.no_change, needs="one step"),
    "retry of a post": Path(broadcasts.post_retried),
    "resending a post": Path(broadcasts.post_resent),
    "undo of an activation": Path(broadcasts.undone, needs="real"),
    "resuming a paused post": Path(broadcasts.resumed, needs="real"),
    "first receipt": Path(replies.receipt, needs="own words"),
}
