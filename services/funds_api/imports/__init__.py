"""Loading the portfolio rows that funds owns."""
