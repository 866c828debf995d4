"""When an alert opens and clears, and when a digest is due. Pure: values in, decisions out."""
