"""What HTTP adds: routes, problems, health, OpenAPI; each application is made of it."""
