"""The audit trail: one list of what was recorded, corrected, withdrawn and edited, read from the records themselves."""
