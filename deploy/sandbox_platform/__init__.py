"""A partner's archive to try deliveries on: a small separate process that behaves like WordPress 6.1 over REST."""
