"""Registers: the rows of a portfolio file that this service owns."""
