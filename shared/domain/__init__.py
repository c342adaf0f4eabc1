"""The rules of the field, pure: standard library only, no table, no clock, no network."""
