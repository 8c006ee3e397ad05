"""Turns a request into one service call or one query, and the answer into a page or JSON."""
