"""The tests mirror the tree; run them with `make test`."""
