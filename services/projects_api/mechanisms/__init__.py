"""Mechanisms with their policies, buckets and sectors."""
