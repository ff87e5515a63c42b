"""What is particular to voice on Cisco IOS-XE: classes, translations, dial peers and analogue ports of a CUBE.

Sources: Cisco IOS Voice Command Reference (IOS-XE 17); CUBE Configuration Guide, IOS-XE 17.6 onwards.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from turnup.change.platforms.language import Interrupts, Obstacle, Scene

_PEER = r"^dial-peer voice (\d+) "
_PORT = r"^voice-port "
_RULES = r"^voice translation-rule "

SINGLE_VALUED = (
    (r"^voice class codec ", r"^codec preference (\d+) "),
    (r"^voice class server-group ", r"^(description|hunt-scheme) "),
    (r"^voice class e164-pattern-map ", r"^description "),
    (r"^voice class sip-options-keepalive ", r"^(description|transport|sip-profiles|(?:down|up)-interval|retry) "),
    (_RULES, r"^rule (\d+) "),
    (r"^voice translation-profile ", r"^translate (\S+) "),
    (_PORT, r"^(description|cptone|station-id \S+|translation-profile \S+|connection plar) "),
    (
        _PEER,
        r"^(description|translation-profile \S+|preference|max-conn|destination-pattern|port|session \S+|"
        r"destination e164-pattern-map|incoming \S+(?: \S+)?|voice-class codec|voice-class sip \S+|dtmf-relay) ",
    ),
)
"""Lines that replace each other."""

FIRST = (
    (r"^voice class ",),
    (r"^voice translation-rule ",),
    (r"^voice translation-profile ",),
    (r"^dial-peer voice ",),
)
"""What others refer to comes first."""

LAST = (
    (r"^no dial-peer voice ",),
    (r"^no voice translation-profile ",),
    (r"^no voice translation-rule ",),
    (r"^no voice class ",),
)
"""What refers to others goes first."""

NEVER_TYPED = (
    re.compile(r"^\s*no (voice service|voice-port|sip-ua|voice translation-(rule|profile)\s*$|dial-peer voice\s*$)"),
    re.compile(r"^\s*no voice class( (uri|codec|e164-pattern-map|server-group|sip-options-keepalive))?\s*$"),
)
"""Whole services of the gateway."""

TYPED_IF_OURS = (
    re.compile(r"^no dial-peer voice \d+ "),
    re.compile(r"^no voice (class \S+|translation-rule|translation-profile) \S+"),
    re.compile(r"^\s+no ip address trusted list\s*$"),
)
"""Sections that may be somebody else's, and the list that lets others call."""

PERMANENT = r"voice service |voice-port |sip-ua$"
"""Beginnings of headers that are never removed."""

SHOWN_ABSENCES = r"no vad$"

INTERRUPTS = (
    Interrupts((r"^voice class server-group ", r"^ipv4 "), 0, 1, "new calls take another way; those that stand stay"),
)

_NAMED = re.compile(r"^(dial-peer voice \d+|voice (?:class \S+|translation-rule|translation-profile) \S+)")
_REMEDY = "Give the gateway's numbers that are in use to nobody else, or adopt what stands there."


def numbers_of_others(scene: Scene) -> Iterator[Obstacle]:
    """A number of ours that others use on the gateway: what they say of it and what we say would become one."""
    ours = {match.group(1) for path in scene.owned if (match := _NAMED.match(path[0]))}
    found = {match.group(1): child for child in scene.running.children if (match := _NAMED.match(child.text))}
    for child in scene.declared.children:
        match = _NAMED.match(child.text)
        other = found.get(match.group(1)) if match else None
        if match is None or other is None or match.group(1) in ours:
            continue
        declared = {line.text for line in child.children}
        foreign = [line.text for line in other.children if line.text not in declared]
        if other.text != child.text or foreign:
            words = f"{other.text} / {foreign[0]}" if foreign else other.text
            yield Obstacle((child.text,), "number-in-use", f"no {match.group(1)} of others", words, _REMEDY)
