"""The schema's history: forward only, expand then contract."""
