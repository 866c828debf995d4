"""The forms in which people record facts: text in the reader's own notation → contract field names."""
