"""Prefect steps: one small effect each, named as the method of procedure names it."""
