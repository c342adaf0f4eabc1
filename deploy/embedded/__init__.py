"""Djoliba on a bare machine: its own Postgres and Valkey, one API process, one worker, no container."""
