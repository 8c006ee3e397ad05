"""Tests of the desk: pages, forms, JSON, the live stream, and who may see what."""
