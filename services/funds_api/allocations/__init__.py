"""Setting money of contributions aside for projects."""
