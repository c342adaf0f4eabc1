"""Who may do what, as the permission table says it, in words."""
