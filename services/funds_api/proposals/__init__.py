"""What moves money, or sets a rate by hand, and waits for a second person."""
