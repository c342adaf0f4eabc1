"""Funds: donors, contributions, allocations, exchange rates, and the journal that refuses to overspend."""
