"""Commands that take more away on Junos than what is ours, or that leave the candidate they are typed into.

Two tiers: what is never typed, and what is typed only about an object that is ours as a whole.
Source: Junos OS CLI User Guide, "delete", "load", "replace", "wildcard delete", "commit".
"""

from __future__ import annotations

import re

_HIERARCHIES = (
    "groups|system|chassis|virtual-chassis|security|interfaces|snmp|forwarding-options|event-options|poe|access"
    "|routing-options|protocols|policy-options|class-of-service|firewall|routing-instances|vlans|switch-options"
    "|applications|logical-systems"
)

NEVER_TYPED = (
    re.compile(rf"^\s*delete\s*(?:{_HIERARCHIES})?\s*$"),
    re.compile(r"^\s*(?:commit|rollback|load|run|request|clear|restart|start|file|save|edit|top|up|exit|quit)\b"),
    re.compile(r"^\s*(?:replace|rename|copy|wildcard|annotate|protect|unprotect|configure|update|status)\b"),
    re.compile(r"^\s*(?:de)?activate\b"),
    re.compile(r"^\s*(?:set|delete) (?:version|groups|apply-groups|apply-macro|logical-systems)\b"),
    re.compile(r"^\s*(?:set|delete) .* apply-groups(?:-except)?\b"),
    re.compile(
        r"^\s*(?:set|delete) (?:chassis|virtual-chassis|event-options|system (?:scripts|processes|commit|ports))\b"
    ),
    re.compile(r"^\s*(?:set|delete) system (?:root-authentication|host-name|max-configurations-on-flash)\b"),
    re.compile(r"^\s*delete system (?:login|services|syslog|ntp)(?: \S+)?\s*$"),
    re.compile(r"^\s*delete system (?:radius-server|tacplus-server|name-server|authentication-order)\s*$"),
    re.compile(r"^\s*delete system services(?: \S+)?(?: ssh)?\s*$"),
    re.compile(r"^\s*delete interfaces (?:vme|me0|em\d+|fxp\d+)(?: unit \S+)?\s*$"),
    re.compile(r"^\s*delete interfaces \S+ unit \S+ family ethernet-switching vlan(?: members)?\s*$"),
    re.compile(r"^\s*set .* vlan members (?:all|\d+-\d+)\s*$"),
    re.compile(r"^\s*delete (?:routing-instances \S+ )?(?:protocols|routing-options)\s*$"),
    re.compile(r"^\s*delete policy-options (?:prefix-list|policy-statement|community|as-path)\s*$"),
    re.compile(r"^\s*delete firewall(?: family \S+)?(?: filter| policer)?\s*$"),
    re.compile(r"^\s*delete security (?:policies|zones|nat|screen)(?: \S+)?\s*$"),
    re.compile(r"<\*>|[;{}]\s*$"),
)
"""A whole hierarchy, all VLANs of a port, the way in, groups that others inherit from; the session and its commit."""

TYPED_IF_OURS = (
    re.compile(r"^delete interfaces (?!(?:vme|me0|em\d+|fxp\d+)\b)\S+(?: unit \S+(?: family \S+)?)?\s*$"),
    re.compile(r"^delete vlans \S+\s*$"),
    re.compile(r"^delete routing-instances \S+\s*$"),
    re.compile(r"^delete (?:routing-instances \S+ )?protocols \S+(?: group \S+(?: neighbor \S+)?)?\s*$"),
    re.compile(r"^delete policy-options \S+ \S+\s*$"),
    re.compile(r"^delete policy-options policy-statement \S+ term \S+\s*$"),
    re.compile(r"^delete firewall (?:family \S+ )?(?:filter|policer) \S+(?: term \S+)?\s*$"),
    re.compile(r"^delete class-of-service (?:interfaces|schedulers|scheduler-maps|traffic-control-profiles) \S+\s*$"),
    re.compile(r"^delete (?:routing-instances \S+ )?routing-options static\s*$"),
    re.compile(r"^delete forwarding-options (?:storm-control-profiles \S+|dhcp-relay)\s*$"),
    re.compile(r"^delete snmp (?:v3 )?\S+ \S+\s*$"),
    re.compile(
        r"^delete security (?:zones security-zone \S+|nat source rule-set \S+)(?: (?:interfaces|rule) \S+)?\s*$"
    ),
    re.compile(r"^delete security policies from-zone \S+ to-zone \S+(?: policy \S+)?\s*$"),
)
"""Objects: what stands in them goes with them."""
