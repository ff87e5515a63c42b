"""What the provider's management network asks of every device: the values of the baseline."""

from __future__ import annotations

from ipaddress import IPv4Address
from typing import Annotated

from pydantic import AfterValidator, Field

from turnup.buyers import Principal
from turnup.model import Model
from turnup.scalars import LineText, NameText
from turnup.servers import AaaServer
from turnup.sites import ROLE_ORDER, DeviceOrder
from turnup.windows import Freeze


def _no_end_of_text(banner: str) -> str:
    if banner.strip() == "EOF":
        raise ValueError("a banner other than EOF, which ends a banner on Arista EOS")
    return banner


class Provider(Model):
    """The provider's management plane.

    Attributes:
        syslog: where devices log to.
        ntp: time servers, best first.
        snmp_receivers: where SNMPv3 notifications go.
        snmp_group: name of the SNMPv3 group with authentication and privacy (RFC 3414).
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
    banner: Annotated[LineText, AfterValidator(_no_end_of_text)]
    radius: tuple[AaaServer, ...] = ()
    device_order: DeviceOrder = ROLE_ORDER
    freezes: tuple[Freeze, ...] = ()
    break_glass: tuple[Principal, ...] = ()
