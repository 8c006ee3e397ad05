"""Reads for screens and reports; frozen rows out, nothing written."""
