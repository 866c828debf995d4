"""Computed figures in API v1: read-only, each a value or a reason."""
