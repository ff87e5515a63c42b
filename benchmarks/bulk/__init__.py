"""Thousands of SIMs, extensions and telephones, from their tables to a stored plan, beside a lower bound."""
