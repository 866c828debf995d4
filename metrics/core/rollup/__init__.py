"""From the parts to the whole: one initiative from its facts, a portfolio from its initiatives."""
