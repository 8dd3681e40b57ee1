"""Fates, facts and rules in words, for terminals and pages."""
