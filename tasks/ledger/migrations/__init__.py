"""Alembic migrations of the ledger, run by the ledger itself when it is opened."""
