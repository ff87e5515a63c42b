"""Read the estate from its files: frameworks, buyers, sites, call-offs."""
