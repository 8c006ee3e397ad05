"""Checks the forms of correction runs: start, approve, end."""

from __future__ import annotations

from pydantic import AwareDatetime

from webcare.schemas.crisis import Key
from webcare.schemas.form import Form, Id, OptionalLine, Version


class CorrectionForm(Form):
    """Starts a run about one version of a fact that was wrong."""

    activation_id: Id
    key: Key
    version: Version
    why: OptionalLine = None


class CorrectionApprovalForm(Form):
    """Approves every text of a run; `drafted_at` is the moment of the drafts that were on the screen."""

    drafted_at: AwareDatetime


class CorrectionEndForm(Form):
    """Ends a run; the reason is needed when somebody has not been told."""

    why: OptionalLine = None
