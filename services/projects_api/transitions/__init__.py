"""The states of a project through time."""
