"""Contributions as a workbook that is edited and taken in again."""
