"""The services that a call-off may order, one module each: what is ordered, what it puts on a device."""
