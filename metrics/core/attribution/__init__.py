"""What a KPI's change can be credited with, and how good the evidence is (methods 2b)."""
