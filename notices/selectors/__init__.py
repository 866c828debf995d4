"""Reads of the notices app: what the rules look at, what pages and digests show."""
