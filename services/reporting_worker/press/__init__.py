"""What becomes of a snapshot: files that are frozen and kept, or a preview that is not."""
