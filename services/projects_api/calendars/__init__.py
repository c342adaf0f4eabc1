"""Activities as calendars (RFC 5545): with a token, or at a secret address that a calendar program can keep."""
