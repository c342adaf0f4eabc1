"""Reads that rules about announcements need."""
