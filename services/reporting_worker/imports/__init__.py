"""Rows of a portfolio file that reporting owns: printed figures, standing texts, editions."""
