"""Simulated and recorded sensors; the only code that knows the truth."""
