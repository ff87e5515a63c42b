"""The order of events: the Prefect flows, the command line and the settings."""
