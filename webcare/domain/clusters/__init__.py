"""Groups messages that one answer would serve, across wordings and languages, as they come in."""

from __future__ import annotations

from webcare.domain.clusters.grouping import Grouping, Placement
from webcare.domain.clusters.matters import Matters
from webcare.domain.clusters.outliers import Profile
from webcare.domain.clusters.reading import Reading, read
from webcare.domain.clusters.urgent import by_cues

__all__ = ["Grouping", "Matters", "Placement", "Profile", "Reading", "by_cues", "read"]
