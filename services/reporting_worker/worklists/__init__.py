"""What waits to be done, as lists: each one declaration, from which its count and its rows both follow."""
