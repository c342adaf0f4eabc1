"""The web shell of the three services: application, routes, errors, health, OpenAPI."""
