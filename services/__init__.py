"""The three services; they share tables and never import, call or react to each other."""
