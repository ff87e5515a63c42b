"""The ledger: what was ordered, approved, planned, allocated, pushed and accepted, and when."""
