"""Runs the real thing: every process, real engines, real protocols, a real browser."""
