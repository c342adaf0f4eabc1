"""Third-party monitoring."""
