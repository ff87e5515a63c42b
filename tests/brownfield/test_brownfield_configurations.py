"""Brownfield: running configurations in the manner of real ones, read and printed again without loss.

What the tests expect of a configuration is read from its text by a few lines of their own, not by the code under test.
"""

from __future__ import annotations

import ipaddress
import re
import shutil
import subprocess
from collections import Counter
from pathlib import Path

import pytest

from turnup.change.device_change import plan_device
from turnup.change.ownership import OwnedConfig
from turnup.change.tree import as_text, load_tree, path_set
from turnup.scalars import DeviceName, SiteCode
from turnup.sites import Platform

HERE = Path(__file__).resolve().parent
CONFIGURATIONS = sorted(path.parent for path in HERE.glob("*/*/running.txt"))
SWITCHES_WITH_VLANS_OUTSIDE = sorted(path.parent for path in HERE.glob("*/*/vlans.txt"))
IOS = [folder for folder in CONFIGURATIONS if folder.parent.name == Platform.CISCO_IOS]
FRR = [folder for folder in CONFIGURATIONS if folder.parent.name == Platform.FRR]

PREAMBLE = re.compile(r"Building configuration|Current configuration|version \d|ntp clock-period ")
CLOSING = re.compile(r"exit(-\S+)?|end|no ip address")
"""Words that only close a section, and the absence of an address, which is no line."""
ENTRY = re.compile(r"(?:\d+ )?((?:permit|deny|remark) .+)")
CLOSING_BESIDES = {Platform.ARISTA_EOS: re.compile(r"no ip routing")}
"""Routing that is off is said, and is no line."""
EOS_TEXT = re.compile(r"\s*(banner (login|motd)|action bash|comment)$")
LIST = re.compile(r"(switchport trunk allowed vlan|ip dhcp snooping vlan|vlan) (?:add )?(\d[\d,-]*)")
PRIORITY = re.compile(r"(spanning-tree vlan(?:-id)?) ([\d,-]+) (priority \d+)")
STORED = (
    (re.compile(r"^logging (\d+\.\d+\.\d+\.\d+)$"), r"logging host \1"),
    (re.compile(r"^(spanning-tree portfast) edge$"), r"\1"),
    (re.compile(r"^(ipv6 address 2001:DB8:[0-9A-F]+):0::1(/64)$"), r"\1::1\2"),
    (re.compile(r"(?<=^match)  +(?=dscp )|(?<= [a-z]f\d\d)  +(?=[a-z]f\d\d)|(?<= cs\d)  +(?=[a-z])"), " "),
    (re.compile(r"^mac-address 0000\.5E00\.5341$"), "mac-address 0000.5e00.5341"),
)
"""What IOS stores in other words than it was typed in, or than an older version shows."""

HIDDEN_MASK = re.compile(r" mask 255\.(0\.0\.0|255\.0\.0|255\.255\.0)$")
BANNER = re.compile(r"banner \S+ (\^C|\x03)")

DOCUMENTATION = [
    ipaddress.ip_network(text)
    for text in ["192.0.2.0/24", "198.51.100.0/24", "203.0.113.0/24", "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16"]
]
"""Addresses that examples may have, beside masks, wildcards and what no host ever has."""
NO_HOSTS = [
    ipaddress.ip_network(text)
    for text in [
        "0.0.0.0/8",
        "100.64.0.0/10",
        "127.0.0.0/8",
        "169.254.0.0/16",
        "192.0.0.0/24",
        "198.18.0.0/15",
        "224.0.0.0/3",
    ]
]


def name_of(folder: Path) -> str:
    return str(folder.relative_to(HERE))


def running_of(folder: Path) -> str:
    """The text with its own line ends and trailing spaces; Python's universal newlines would mend the former."""
    return (folder / "running.txt").read_bytes().decode()


def platform_of(folder: Path) -> Platform:
    return Platform(folder.parent.name)


# --- what is there ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("platform", [Platform.CISCO_IOS, Platform.FRR])
def test_a_platform_has_seven_configurations_from_small_to_large(platform):
    sizes = [running_of(folder).count("\n") for folder in CONFIGURATIONS if platform_of(folder) is platform]
    assert len(sizes) >= 7
    assert min(sizes) >= 300
    assert min(sizes) < 500
    assert max(sizes) <= 3000
    assert max(sizes) >= 2500


@pytest.mark.parametrize("folder", CONFIGURATIONS, ids=name_of)
def test_addresses_are_those_of_documentation_and_private_networks(folder):
    found = re.findall(r"(?<![\w.])\d+\.\d+\.\d+\.\d+(?![\w.])", running_of(folder))
    assert found
    addresses = {ipaddress.ip_address(text) for text in found}
    strange = {each for each in addresses if not any(each in net for net in (*DOCUMENTATION, *NO_HOSTS))}
    assert strange == set()


@pytest.mark.parametrize("folder", SWITCHES_WITH_VLANS_OUTSIDE, ids=name_of)
def test_vlans_outside_the_running_configuration_are_those_that_its_ports_use(folder):
    vlans = {int(line.split()[0]) for line in (folder / "vlans.txt").read_text().splitlines() if line[:1].isdigit()}
    text = running_of(folder)
    used = {int(number) for number in re.findall(r"^ switchport access vlan (\d+)$", text, re.MULTILINE)}
    assert used
    assert used <= vlans
    assert not re.findall(r"^vlan \d", text, re.MULTILINE)


# --- read and printed -------------------------------------------------------------------------------------------------


def is_comment(line: str) -> bool:
    """`!` on both platforms; `#` at the beginning of a line only FRR's files have."""
    return not line.strip() or line.strip().startswith("!") or line.startswith("#")


def lines_that_count(platform: Platform, text: str) -> Counter[str]:
    """Every line that configures something or is text of a banner, stripped; sets as their elements."""
    return Counter(element for line in _lines(platform, text) for element in _elements(line))


def _lines(platform: Platform, text: str):
    delimiter = ""
    for line in text.split("\n"):
        if delimiter:
            yield line.strip()
            delimiter = "" if delimiter in line else delimiter
            continue
        if platform is Platform.ARISTA_EOS and EOS_TEXT.match(line):
            delimiter = "EOF"
            yield line.strip()
            continue
        begins = BANNER.match(line) if platform is Platform.CISCO_IOS else None
        if begins:
            delimiter = begins.group(1) if line.count(begins.group(1)) == 1 else ""
            yield line.strip()
        elif not (is_comment(line) or PREAMBLE.match(line) or is_closing(platform, line.strip())):
            yield line.strip()


def is_closing(platform: Platform, line: str) -> bool:
    besides = CLOSING_BESIDES.get(platform)
    return bool(CLOSING.fullmatch(line) or (besides and besides.fullmatch(line)))


def _elements(line: str) -> list[str]:
    if match := LIST.fullmatch(line):
        return [f"{match.group(1)} {number}" for number in _numbers(match.group(2))]
    if match := PRIORITY.fullmatch(line):
        return [f"{match.group(1)} {number} {match.group(3)}" for number in _numbers(match.group(2))]
    if match := ENTRY.fullmatch(line):  # numbered or not, it is one entry
        return [" ".join(match.group(1).split())]
    for pattern, stored in STORED:
        line = pattern.sub(stored, line)
    return [HIDDEN_MASK.sub("", line.replace("\x03", "^C"))]


def _numbers(spec: str) -> list[int]:
    return [
        number for part in spec.split(",") for number in range(int(part.split("-")[0]), int(part.split("-")[-1]) + 1)
    ]


@pytest.mark.parametrize("folder", CONFIGURATIONS, ids=name_of)
def test_what_is_printed_reads_the_same_again_and_in_the_same_order(folder):
    platform = platform_of(folder)
    tree = load_tree(platform, running_of(folder))
    printed = as_text(platform, tree)
    again = load_tree(platform, printed)
    assert path_set(again) == path_set(tree)
    assert as_text(platform, again) == printed


@pytest.mark.parametrize("folder", CONFIGURATIONS, ids=name_of)
def test_no_line_is_lost_and_none_comes_of_nothing(folder):
    platform = platform_of(folder)
    tree = load_tree(platform, running_of(folder))
    expected = lines_that_count(platform, running_of(folder))
    printed = lines_that_count(platform, as_text(platform, tree))
    headers = {node.text for node in tree.all_children() if node.children}
    lost = {line: count for line, count in (expected - printed).items() if line not in headers}
    made = {line: count for line, count in (printed - expected).items() if line not in STATED_DEFAULTS}
    assert (lost, made) == ({}, {})
    assert headers <= set(expected)


STATED_DEFAULTS = {"switchport trunk allowed vlan all"}
"""What IOS does not print, and the tree says in words."""


@pytest.mark.parametrize("folder", IOS, ids=name_of)
def test_a_banner_is_one_line_and_its_text_no_section(folder):
    text = running_of(folder).replace("\x03", "^C")
    banners = re.findall(r"^(banner \S+ \^C.*?\^C)$", text, re.MULTILINE | re.DOTALL)
    assert banners
    top = {node.text for node in load_tree(platform_of(folder), running_of(folder)).children}
    assert top >= set(banners)
    words = {line for banner in banners for line in banner.split("\n")[1:-1] if f"\n{line}\n" not in outside(text)}
    assert words
    assert top.isdisjoint(words)


def outside(text: str) -> str:
    """A configuration without its banners."""
    return re.sub(r"^banner \S+ \^C.*?\^C$", "", text, flags=re.MULTILINE | re.DOTALL)


@pytest.mark.parametrize("folder", CONFIGURATIONS, ids=name_of)
def test_nothing_owned_and_nothing_declared_changes_nothing(folder):
    change = plan_device(SiteCode("S-1"), DeviceName("D-1"), platform_of(folder), running_of(folder), OwnedConfig(), ())
    assert (change.adds, change.removes, change.remediation, change.rollback) == ((), (), "", "")
    assert (change.diff, change.takeovers, change.findings) == ("", (), ())
    assert change.candidate == change.running


@pytest.mark.lab
@pytest.mark.skipif(shutil.which("vtysh") is None, reason="FRR's own grammar is needed")
@pytest.mark.parametrize("folder", FRR, ids=name_of)
def test_frr_understands_the_configuration(folder, tmp_path):
    text = tmp_path / "frr.conf"
    lines = running_of(folder).splitlines(keepends=True)
    text.write_text("".join(line for line in lines if not PREAMBLE.match(line)))
    read = subprocess.run(["vtysh", "-C", "-f", str(text)], capture_output=True, text=True, check=False)
    assert (read.returncode, read.stdout) == (0, ""), read.stderr
