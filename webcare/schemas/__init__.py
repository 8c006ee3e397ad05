"""Checks the shape of what people and programs post to us; one model per form."""
