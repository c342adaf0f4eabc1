"""What became of each row, in words for officers, and as a feed for other systems."""
