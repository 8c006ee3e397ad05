"""Decides: plain values in, plain values out, no input or output of its own."""
