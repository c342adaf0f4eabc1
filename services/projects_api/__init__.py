"""The project lifecycle service: projects and their facts, activities, organisations, places."""
