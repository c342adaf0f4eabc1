"""What happened: events of the section."""
