"""What a bulletin holds: what is known as of its date, laid out as sections, boxes and charts: its snapshot."""
