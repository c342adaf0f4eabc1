"""The reference portfolio: what the bulletin of March 2022 names (files), and what completes its totals (generator)."""
