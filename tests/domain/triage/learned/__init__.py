"""Tests of the learned layer of triage."""
