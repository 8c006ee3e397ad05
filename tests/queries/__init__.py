"""Mirrors webcare/queries; see tests/__init__.py."""
