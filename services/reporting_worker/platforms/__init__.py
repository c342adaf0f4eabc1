"""Partner platforms: what their remote side can do, honestly told. What is sent when is `publications`' business."""
