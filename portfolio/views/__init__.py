"""Pages on which people record facts."""
