"""What texts say: the tokens in them, the values they stand for, and how numbers and dates are printed."""
