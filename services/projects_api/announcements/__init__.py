"""What was announced together, as trees."""
