"""The desk: a server-rendered client of the API, drawn from its contract; it knows no service, no table and no rule."""
