"""Holds the commands of `webcare`, one file per noun."""
