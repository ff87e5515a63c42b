"""From an order to a design: service lines with everything that they were allocated."""
