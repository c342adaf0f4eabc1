"""Organisations, offices and persons."""
