"""Contributions, and what is received on them."""
