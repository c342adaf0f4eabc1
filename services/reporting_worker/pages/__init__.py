"""The public pages: what anybody may read of frozen editions, without a token and without JavaScript."""
