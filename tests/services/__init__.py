"""Mirrors webcare/services; see tests/__init__.py."""
