"""The fence on voice gateways: of classes, dial peers, ports, numbers and addresses only those that the buyer holds.

What others made there by hand has numbers too, so a gateway that is all the buyer's is looked at in the same way.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from turnup.plan.fence_tenant import Command, Tenant, commands, refused
from turnup.plan.fence_words import whole_block
from turnup.sites import Platform

if TYPE_CHECKING:
    from turnup.change.device_change import DeviceChange

_VOICE = re.compile(r"(?:no )?(?:voice |voice-port |dial-peer |sip-ua\b)")
_TAG = re.compile(
    r"^(?:no )?(?:voice (?:class \S+|translation-rule)|dial-peer voice) (\S+)|\bvoice-class (?!sip )\S+ (\S+)"
    r"|\b(?:incoming uri \S+|e164-pattern-map|server-group|options-keepalive profile|translate \S+) (\S+)"
)
_PROFILE = re.compile(r"\btranslation-profile (?:(?:incoming|outgoing) )?(\S+)")
_PORT = re.compile(r"^(?:no )?(?:voice-)?port (\d\S*)$")
_ADDRESS = re.compile(r"(?:\bipv4:|^(?:no )?ipv4 |\bsession target (?!ipv4:))([^\s:]+)")
_NUMBERS = re.compile(
    r"(?:^(?:no )?e164|\bstation-id number) (\S+)|\b(?:destination-pattern|called-number) (\+(?!\[1-9\]T$)\S+)"
)
"""What is called on a trunk; all other numbers of the world go out by it, which takes nobody's."""
_BLOCK = re.compile(r"(\+\d+)\.*\$?")
_TAGS_OF_A_TRUNK = 100
"""A trunk's classes and peers are numbered from a hundred times its own number."""


def check_voice(change: DeviceChange, tenant: Tenant) -> None:
    """Check every command about voice, there and back.

    Raises:
        TenantFence: it names something that the buyer does not hold on this gateway.
    """
    if change.platform is not Platform.CISCO_IOS:
        return
    numbers = tenant.holds(f"voice-gateway/{change.device}")
    for command in (*commands(change.remediation), *commands(change.rollback)):
        if not _VOICE.match(command[0]):
            continue
        line = command[-1]
        for tag in (next(filter(None, match.groups())) for match in _TAG.finditer(line)):
            if not tag.isdigit() or str(int(tag) // _TAGS_OF_A_TRUNK) not in numbers:
                raise refused(change.device, command, f"only numbers of trunks of {tenant.buyer}", tag)
        for name in _PROFILE.findall(line):
            if name.removeprefix("TRUNK-") not in numbers:
                raise refused(change.device, command, f"only profiles of trunks of {tenant.buyer}", name)
        _check_ends(change, tenant, command)


def _check_ends(change: DeviceChange, tenant: Tenant, command: Command) -> None:
    """Whom a trunk calls, what is called on it, and where it ends."""
    ports, peers = tenant.holds(f"analogue-port/{change.device}"), tenant.holds(f"voice-peer/{change.device}")
    for port in _PORT.findall(command[-1]):
        if port not in ports:
            raise refused(change.device, command, f"only analogue ports that {tenant.buyer} holds", port)
    for address in _ADDRESS.findall(command[-1]):
        if address not in peers and address not in tenant.peers:
            raise refused(change.device, command, f"only the SBC, and PBXs of {tenant.buyer}", address)
    for pattern in ("".join(found) for found in _NUMBERS.findall(command[-1])):
        block = _BLOCK.fullmatch(pattern)
        prefix = pattern if block is None else block[1]
        if not any(whole_block(prefix, held) for pool, held in tenant.held.items() if pool.startswith("number/")):
            raise refused(change.device, command, f"only telephone numbers of {tenant.buyer}", prefix)
