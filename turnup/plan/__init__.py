"""The plan: what each device has and shall have, in which order, known by its hash."""
