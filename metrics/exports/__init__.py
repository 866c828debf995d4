"""Figures as files: lists as CSV, returns as workbooks that recalculate."""
