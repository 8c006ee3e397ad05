"""Builds the mails that the tests read; every word is made up."""

from __future__ import annotations

from tests.channels.conftest import inbox
from webcare.channels import email
from webcare.domain.utterances import Inbound, Raw


def mail(body: str | bytes = "I smell gas\n", **headers: str) -> Inbound:
    """Parse a mail with these headers (underscores become hyphens; empty ones are left out) and body."""
    return enveloped({}, body, **headers)


def enveloped(envelope: dict[str, str], body: str | bytes = "I smell gas\n", **headers: str) -> Inbound:
    """Parse a mail as the listener hands it in, with its SMTP envelope."""
    merged = {"From": "Eve <eve@example.com>", "Subject": "Help"} | {
        name.replace("_", "-"): value for name, value in headers.items()
    }
    head = "".join(f"{name}: {value}\r\n" for name, value in merged.items() if value)
    content = body.encode() if isinstance(body, str) else body
    return email.parse(Raw(f"{head}\r\n".encode() + content, envelope), inbox("email"))


def multipart(*parts: str, kind: str = "mixed") -> dict[str, str]:
    """Return `body` and `Content_Type` of a mail with these parts, each with its own headers."""
    body = "".join(f"--cut\r\n{part}\r\n" for part in parts) + "--cut--\r\n"
    return {"body": body, "Content_Type": f'multipart/{kind}; boundary="cut"'}
