"""Tests of the checks: a development set of drafts, and promises that hold for any text."""
