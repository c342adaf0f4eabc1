"""Amounts of projects and of groups, with their conversions."""
