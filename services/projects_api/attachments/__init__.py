"""Outputs, roles, quoted figures and links: sets that hang on a record."""
