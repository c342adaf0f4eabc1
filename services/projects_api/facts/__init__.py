"""The facts of projects and groups: recorded one at a time or brought whole, held against what stands, and their history."""
