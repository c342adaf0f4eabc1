"""The speed goals, each measured as a ratio: ours and the limit beside it, in turns, in one run."""
