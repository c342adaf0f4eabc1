"""How rows are recorded: records given as a whole, facts that are corrected and never changed, rows of a file."""
