"""Bytes of a file → rows of text → values and reasons. Pure: no framework, no models."""
