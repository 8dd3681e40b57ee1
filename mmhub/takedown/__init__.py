"""Rows taken out of versions for good."""
