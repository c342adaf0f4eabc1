"""People planned and reached."""
