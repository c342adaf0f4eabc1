"""The texts that editions carry over, in versions."""
