"""What is particular to a Catalyst 9800 controller: profiles, tags and access points, and WLANs that are shut first.

Sources: Catalyst 9800 Series Configuration Guide and Command Reference, IOS-XE 17.9: `wlan`, `security`, `wireless
profile policy`, `wireless tag`, `ap`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

SHOWN_OFF = (
    r"(?:wlan |wireless profile policy )[^/]* / no (?:shutdown|security |central )|"
    r"wireless tag site \S+ / no local-site"
)
"""What is on by default is shown when it is off; a WLAN is shut by default."""

_WLAN, _POLICY, _SITE = r"^wlan ", r"^wireless profile policy ", r"^wireless tag site "

SINGLE_VALUED = (
    (r"^wlan (\S+) \d+ ",),
    (_WLAN, r"^security (dot1x authentication-list|pmf|wpa psk set-key ascii) "),
    (_WLAN, r"^peer-blocking "),
    (_POLICY, r"^vlan "),
    (r"^wireless profile flex ", r"^vlan-name ", r"^vlan-id "),
    (r"^wireless tag policy ", r"^wlan (\S+) policy "),
    (_SITE, r"^(ap-profile|flex-profile) "),
    (r"^ap profile ", r"^country "),
    (r"^ap [0-9a-f]{4}\.", r"^(policy|site|rf)-tag "),
)
"""Lines of which a section has one."""

PARTS_FIRST = (
    (r"^aaa authentication dot1x (?!default )",),
    (r"^wlan ",),
    (r"^wireless profile ",),
    (r"^ap profile ",),
    (r"^wireless tag ",),
    (_WLAN, r"^shutdown$"),
    (_POLICY, r"^shutdown$"),
    (_SITE, r"^no local-site$"),
    (_WLAN, r"^no security wpa akm "),
    (_WLAN, r"^no security "),
    (_WLAN, r"^security wpa psk "),
    (_WLAN, r"^security wpa wpa"),
)
"""What others refer to is made before them; key management goes before it comes; a site is remote before it gets a flex
profile (configuration guide, "New Configuration Model": else that takes no effect)."""

PARTS_LAST = (
    (r"^no ap [0-9a-f]{4}\.",),
    (r"^no wireless tag ",),
    (r"^no ap profile ",),
    (r"^no wireless profile ",),
    (r"^no wlan ",),
    (r"^no aaa authentication dot1x (?!default )",),
    (_WLAN, r"^no shutdown$"),
    (_POLICY, r"^no shutdown$"),
)
"""What refers to others goes before them."""

_WHILE_SHUT = re.compile(r"(no )?(security|peer-blocking|radio policy|vlan|aaa-override|central) ?.*")
_KEY_GOES = "no security wpa psk set-key"
_UP = "no shutdown"
_HEADER = re.compile(r"wlan \S+(?= \d+ )")


def typed_in_wlan(line: str, section: frozenset[str]) -> str:
    """Say a line of a WLAN or policy that is up as it is typed: between `shutdown` and `no shutdown`.

    Args:
        line: with its indentation.
        section: the lines that the section has on the device.

    Returns:
        the commands; empty where the line is typed as it is.
    """
    text, indent = line.strip(), line[: len(line) - len(line.lstrip(" "))]
    if other := _under_another_name(text, section):
        return f"no {other}\n{text}"
    bare = _KEY_GOES if text.startswith(_KEY_GOES) else text
    if indent and _UP in section and _WHILE_SHUT.fullmatch(text):
        return f"{indent}shutdown\n{indent}{bare}\n{indent}{_UP}"
    return "" if bare == text else f"{indent}{bare}"


def _under_another_name(text: str, section: frozenset[str]) -> str:
    """The WLAN of the same profile with another number or SSID: it cannot be renamed, only made anew."""
    found = _HEADER.match(text)
    same = f"{found.group(0)} " if found else ""
    return next((each for each in sorted(section) if same and each.startswith(same) and each != text), "")


def shut_once(lines: tuple[str, ...], _base: tuple[str, ...], _target: tuple[str, ...]) -> Iterator[str]:
    """Shut a WLAN or policy before its first line, and not again until its last."""
    typed = [each for line in lines for each in line.split("\n")]
    pairs = {(f" {_UP}", " shutdown")}
    kept: list[str] = []
    for line in typed:
        if kept and (kept[-1], line) in pairs:
            kept.pop()
        else:
            kept.append(line)
    return iter(kept)
