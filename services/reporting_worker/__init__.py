"""The reporting service: figures, controls, editions, publication, public pages."""
