"""Mirrors webcare/domain; see tests/__init__.py."""
