"""The document archive of a partner that runs WordPress: how its REST API is asked, and what its answers mean."""
