"""Tests of clusters: reading, likeness, grouping and outliers."""
