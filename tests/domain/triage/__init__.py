"""Tests of first triage."""
