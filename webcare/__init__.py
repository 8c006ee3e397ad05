"""Crisis-response webcare: messages in, triage by urgency, playbooks, honest replies."""
