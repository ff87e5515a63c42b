"""Named filters of the templates: how a platform writes what another one writes in one word."""

from __future__ import annotations


def port(interface: str) -> str:
    """The port of an interface of Junos: `ge-0/0/5` of `ge-0/0/5.3001`."""
    return interface.partition(".")[0]


def unit(interface: str) -> str:
    """An interface as Junos configures it: `ge-0/0/5 unit 3001`; a port alone has unit 0."""
    name, _, number = interface.partition(".")
    return f"{name} unit {number or 0}"


def logical(interface: str) -> str:
    """An interface as Junos refers to it: `ge-0/0/5.3001`."""
    return unit(interface).replace(" unit ", ".")


FILTERS = {"port": port, "unit": unit, "logical": logical}
"""By the names that templates use."""
