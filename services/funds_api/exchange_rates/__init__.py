"""Exchange rates as published, and conversions that name theirs."""
