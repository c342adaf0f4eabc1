"""What people and registers give of projects, activities and announcements: the same words for both."""
