"""Runs jobs, named by a bell; the only place that talks to the outside world."""
