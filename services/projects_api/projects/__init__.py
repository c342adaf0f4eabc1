"""Projects: identity, title, summary, protection."""
