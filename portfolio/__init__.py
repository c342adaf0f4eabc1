"""The portfolio file (docs/portfolio-format.md): read, checked whole, then imported by the owners of its rows."""
