"""Checks the forms about agents: setup, sign-in, invitation."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import StringConstraints

from webcare.schemas.form import Email, Form, Line, OptionalId

# No rules about digits and signs (ASVS 6.2.5): length is what counts. 128 keeps argon2 cheap.
NewPassword = Annotated[str, StringConstraints(min_length=12, max_length=128, strip_whitespace=False)]
Password = Annotated[str, StringConstraints(min_length=1, max_length=128, strip_whitespace=False)]
Initials = Annotated[str, StringConstraints(min_length=1, max_length=4, pattern=r"^[\w.]+$")]
Role = Literal["agent", "volunteer", "lead", "admin", "observer"]


class SignInForm(Form):
    """What a stranger types to become an agent."""

    email: Email
    password: Password


class SetupForm(Form):
    """The first admin."""

    name: Line
    initials: Initials
    email: Email
    password: NewPassword


class AgentForm(Form):
    """A new agent; the invite link lets them choose a password."""

    name: Line
    initials: Initials
    email: Email
    role: Role
    team_id: OptionalId = None


class PasswordForm(Form):
    """A password that an agent chooses for the account in use."""

    password: NewPassword
