"""The made-up sample portfolio: data in TOML files that a reader can follow, and the builder that records it."""
