"""Servers that devices ask who somebody is: RADIUS for the ports of users, TACACS+ for those who configure."""

from __future__ import annotations

from ipaddress import IPv4Address

from turnup.model import Model
from turnup.scalars import NameText, SecretText


class AaaServer(Model):
    """A server that authenticates, with the secret that it shares with the devices that ask it.

    Attributes:
        name: what devices call it.
        key: the shared secret (RFC 2865, section 3; RFC 8907, section 4.5), as `REFERENCE@VERSION`.
    """

    name: NameText
    address: IPv4Address
    key: SecretText

    @property
    def slot(self) -> str:
        """What stands for the key in declared text."""
        return f"<secret:{self.key}>"
