"""Acceptance runs against real remote systems; `make accept` only."""
