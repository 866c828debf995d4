"""Template tags of computed figures."""
