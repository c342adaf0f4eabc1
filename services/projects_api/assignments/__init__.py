"""A project's sectors and places from a date on."""
