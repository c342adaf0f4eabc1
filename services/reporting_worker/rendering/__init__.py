"""Renderers of the bulletin: pure functions from a frozen language snapshot to bytes. No database, no network."""
