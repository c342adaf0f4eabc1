"""The bulletin as an object: drafted, checked, approved, frozen, printed, reprinted byte for byte."""
