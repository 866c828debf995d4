"""Estimators of an effect: float arrays in, float arrays out; no grades and no words (methods 2b)."""
