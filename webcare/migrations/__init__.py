"""Brings a database from any earlier shape to the present one."""
