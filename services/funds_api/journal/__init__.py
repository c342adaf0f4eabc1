"""The journal of entries and postings, and the balances that it refuses to overdraw."""
