"""Looks at everything that must be in order for the desk to work, and says how to mend what isn't."""

from __future__ import annotations

from webcare.checkup.finding import Finding, broken, look, ok

__all__ = ["Finding", "broken", "look", "ok"]
