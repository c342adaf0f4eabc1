"""The figures: definitions as data, one statement that computes them from the facts, their rows, their differences."""
