"""Doubles of places, organisations and projects: merged, so that each is counted once and every name still leads to it."""
