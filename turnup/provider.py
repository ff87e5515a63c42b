"""What the provider's management network asks of every device: the values of the baseline."""

from __future__ import annotations

from ipaddress import IPv4Address
from typing import Annotated

from pydantic import AfterValidator, Field

from turnup.buyers import Principal
from turnup.model import Model
from turnup.scalars import LineText, NameText, SecretText
from turnup.servers import AaaServer
from turnup.sites import ROLE_ORDER, DeviceOrder
from turnup.windows import Freeze


def _no_end_of_text(banner: str) -> str:
    if banner.strip() == "EOF":
        raise ValueError("a banner other than EOF, which ends a banner on Arista EOS")
    return banner


class SnmpUser(Model):
    """A user of SNMPv3 who reads devices and gets their notifications (RFC 3414).

    Attributes:
        name: what it is called; its devices' name ends with the versions of its secrets, for no device shows a key:
            another secret is another user, and the former goes.
        authentication, privacy: its secrets, as `REFERENCE@VERSION`.
    """

    name: Annotated[NameText, Field(max_length=12)]
    authentication: SecretText
    privacy: SecretText

    @property
    def device_name(self) -> str:
        """What devices call it, such as `netops-1`."""
        versions = dict.fromkeys(each.rpartition("@")[2] for each in (self.authentication, self.privacy))
        return "-".join((self.name, *versions))


class Provider(Model):
    """The provider's management plane.

    Attributes:
        syslog: where devices log to.
        ntp: time servers, best first.
        snmp_receivers: where SNMPv3 notifications go.
        snmp_group: name of the SNMPv3 group with authentication and privacy (RFC 3414).
        snmp_user: who is in it; none: users are made by hand, and notifications go out under the group's name.
        login_servers: TACACS+ servers that know who may configure, first to last; when none answers, a device asks
            its own users. None: it asks only those.
        banner: one line shown before login.
        radius: servers that switches ask who is at a port, first to last, where a site names none of its own.
        device_order: in which order the devices of a site are changed: what others depend on first.
        freezes: when no site of any buyer is changed, such as Christmas.
        break_glass: who may deliver outside windows and in freezes, each as `role@organisation`; empty: nobody.
    """

    syslog: Annotated[tuple[IPv4Address, ...], Field(min_length=1)]
    ntp: Annotated[tuple[IPv4Address, ...], Field(min_length=1)]
    snmp_receivers: tuple[IPv4Address, ...] = ()
    snmp_group: NameText
    snmp_user: SnmpUser | None = None
    login_servers: tuple[AaaServer, ...] = ()
    banner: Annotated[LineText, AfterValidator(_no_end_of_text)]
    radius: tuple[AaaServer, ...] = ()
    device_order: DeviceOrder = ROLE_ORDER
    freezes: tuple[Freeze, ...] = ()
    break_glass: tuple[Principal, ...] = ()
