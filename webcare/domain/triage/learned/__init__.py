"""The learned layer of triage: what messages that people judged before say about this one."""

from webcare.domain.triage.learned.model import Model, Scores

__all__ = ["Model", "Scores"]
