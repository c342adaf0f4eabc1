"""How rows are read: what a kind of row shows, by what it is filtered, ordered and searched, and the statements."""
