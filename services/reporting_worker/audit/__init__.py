"""Reading the audit: who changed what, when, why."""
