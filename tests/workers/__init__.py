"""Mirrors workers; see tests/__init__.py."""
