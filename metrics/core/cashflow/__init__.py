"""Dated money of one initiative and the figures that follow from it (methods 2a)."""
