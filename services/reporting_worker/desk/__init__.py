"""An edition's life: it is drafted, checked, approved, frozen and superseded by people, each act with its trace."""
