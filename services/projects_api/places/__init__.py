"""Places with dates and the reporting areas of the map."""
