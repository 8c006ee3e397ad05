"""Measures speed and memory as ratios against a bound taken in the same run; `make bench` runs them all."""
