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


def hyphened(prefix: object) -> str:
    """A prefix as part of a name of Junos, which takes letters, digits and hyphens: `10-80-16-0-23`."""
    return str(prefix).replace(".", "-").replace("/", "-")


_LARGEST_SHORT_ASN = 65_535


def distinguisher(text: str) -> str:
    """A route distinguisher or target of Junos, which marks an AS number of four octets: `65551L:100`."""
    asn, _, number = text.partition(":")
    return f"{asn}L:{number}" if asn.isdigit() and int(asn) > _LARGEST_SHORT_ASN else text


FILTERS = {"port": port, "unit": unit, "logical": logical, "hyphened": hyphened, "distinguisher": distinguisher}
"""By the names that templates use."""
