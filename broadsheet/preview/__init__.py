"""site/ -> browser: a local server that rebuilds and reloads."""
