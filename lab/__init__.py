"""Devices to deliver to: simulated ones in one process, and real daemons in network namespaces."""
