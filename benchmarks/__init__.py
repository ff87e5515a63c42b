"""Measurements of Turnup beside a named peer or lower bound; each prints the command that repeats it."""
