"""Pages that show computed figures."""
