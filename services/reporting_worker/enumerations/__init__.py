"""Every enumeration of the API with its French and English labels."""
