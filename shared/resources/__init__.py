"""One declaration per resource: filters, order keys, projections, scope; list, totals and detail are built from it."""
