"""Every list as a file: CSV, a workbook, and points on a map, from the declaration that lists are read from."""
