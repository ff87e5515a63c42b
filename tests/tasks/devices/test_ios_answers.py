"""What Cisco IOS-XE prints, read: whose timer runs, what was refused, and what only sounds like it."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from tasks.devices.platforms.arista_eos import AristaEos
from tasks.devices.platforms.cisco_ios import CiscoIos, rejected_lines, users_outside
from turnup.errors import DeviceError, OthersTimer, SaveFailed

TIMER = """\
Time configured(or reconfigured): 22:50:48 UTC Wed Nov 25 2026
Timer type: absolute timer
Timer value: 2 min
User: {user}
"""


@dataclass(frozen=True)
class Answering:
    """A session in which every question has the same answer."""

    answer: str
    device: str = "HF-LIB-01-SW1"
    login: str = "turnup"

    def ask(self, _command: str, **_how: float) -> str:
        return self.answer


@pytest.mark.parametrize("user", ["turnup", "turnup(Priv: 15, View: 0)", "turnup (Priv: 15)"])
def test_a_timer_is_ours_with_or_without_the_privilege_behind_the_name(user: str):
    assert CiscoIos().is_armed(Answering(TIMER.format(user=user)), "token")


@pytest.mark.parametrize("user", ["colleague", "turnup2(Priv: 15, View: 0)", "console"])
def test_a_timer_of_another_login_is_not_ours(user: str):
    with pytest.raises(OthersTimer, match=user.partition("(")[0]):
        CiscoIos().is_armed(Answering(TIMER.format(user=user)), "token")


@pytest.mark.parametrize(
    "words",
    [
        "% Interface GigabitEthernet0/0/5 IPv4 disabled and address(es) removed due to enabling VRF RBKC",
        "% Interface Vlan110 IP address 10.64.16.1 removed due to disabling VRF RBKC",
        "% IPv4 addresses from all interfaces in VRF RBKC have been removed",
        "%Default route without gateway, if not a point-to-point interface, may impact performance",
    ],
)
def test_what_tells_of_a_consequence_is_no_refusal(words: str):
    assert not list(rejected_lines(f"PE1(config-if)#vrf forwarding RBKC\r\n{words}\r\nPE1(config-if)#"))


@pytest.mark.parametrize("words", ["Command authorization failed.", "% VRF RBKC not configured."])
def test_a_refusal_names_its_line_with_and_without_a_percent_sign(words: str):
    answer = f"PE1(config-if)#vrf forwarding RBKC\r\n{words}\r\n\r\nPE1(config-if)#"
    assert list(rejected_lines(answer)) == [("vrf forwarding RBKC", words)]


@pytest.mark.parametrize("last", ["end\n", "end\r\n\r\n", "line vty 0 4\n transport input ssh\n"])
def test_a_configuration_says_whose_it_is_or_ends(last: str):
    answer = f"version 17.9\nhostname HF-LIB-01-SW1\n!\n{last}"
    assert CiscoIos().collect(Answering(answer)) == answer


@pytest.mark.parametrize("platform", [CiscoIos(), AristaEos()], ids=["cisco_ios", "arista_eos"])
@pytest.mark.parametrize(
    "words",
    [
        "                 ^\n% Invalid input detected at '^' marker.\n\n",
        "Command authorization failed.\n",
        "",
        "interface Vlan110\n ip addr",
        "hostname HF-LIB-01-SW1\n% Authorization failed\n",
    ],
    ids=["not privileged", "not authorised", "nothing", "a part", "refused on the way"],
)
def test_what_is_no_whole_configuration_is_never_taken_for_an_empty_device(platform: CiscoIos | AristaEos, words: str):
    with pytest.raises(DeviceError, match="`enable` among the credentials"):
        platform.collect(Answering(words))


@pytest.mark.parametrize(
    "words",
    [
        "Overwrite the previous NVRAM configuration?[confirm]",
        "startup-config file open failed (Device or resource busy)",
    ],
    ids=["a question", "busy"],
)
def test_a_save_that_did_not_end_well_claims_nothing_of_the_change(words: str):
    with pytest.raises(SaveFailed) as caught:
        CiscoIos().save(Answering(f"Building configuration...\r\n{words}.\r\n"))
    assert f"found Building configuration... {words}. Free space" in str(caught.value)
    assert "active" not in str(caught.value), "the push decides what becomes of it"


@dataclass
class Interrupted:
    """A session that gives one answer after the other."""

    answers: list[str]
    device: str = "HF-LIB-01-SW1"

    def ask(self, _command: str) -> str:
        return self.answers.pop(0)


MESSAGE = "*Nov 25 21:00:00.123: %LINEPROTO-5-UPDOWN: Line protocol on Interface Vlan110, changed state to up\n"
SHOWN = "hostname HF-LIB-01-SW1\ninterface Vlan110\n ip address 10.64.16.1 255.255.255.192\nend\n"


def cut_at(at: int) -> str:
    """What is shown, with a message in the middle of it."""
    return f"{SHOWN[:at]}\n{MESSAGE}{SHOWN[at:]}"


@pytest.mark.parametrize("platform", [CiscoIos(), AristaEos()], ids=["cisco_ios", "arista_eos"])
@pytest.mark.parametrize(
    ("answers", "asked"),
    [
        ([SHOWN], 1),
        ([cut_at(30), SHOWN], 2),
        ([cut_at(23), cut_at(41)], 2),
        ([cut_at(30), cut_at(23), cut_at(28), SHOWN], 4),
    ],
    ids=["none", "in a line, then none", "between lines, twice", "here and there"],
)
def test_a_message_in_the_middle_of_a_line_makes_no_lines(platform, answers: list[str], asked: int):
    session = Interrupted([*answers, "end"])
    text = platform.collect(session)
    assert [line for line in text.splitlines() if line] == SHOWN.splitlines()
    assert len(session.answers) == len(answers) + 1 - asked


@pytest.mark.parametrize("platform", [CiscoIos(), AristaEos()], ids=["cisco_ios", "arista_eos"])
def test_answers_that_are_all_interrupted_are_no_configuration(platform):
    with pytest.raises(DeviceError, match="no message interrupts"):
        platform.collect(Interrupted([cut_at(at) for at in range(25, 30)]))


def test_users_of_snmpv3_are_read_where_the_device_shows_them():
    answer = (
        "\r\nUser name: netops-1\r\nEngine ID: 800000090300005E005301\r\nstorage-type: nonvolatile\t active\r\n"
        "Authentication Protocol: SHA\r\nPrivacy Protocol: AES128\r\nGroup-name: NETOPS\r\n"
        "\r\nUser name: old\r\nEngine ID: 800000090300005E005301\r\nstorage-type: nonvolatile\t active\r\n"
        "Authentication Protocol: MD5\r\nPrivacy Protocol: None\r\nGroup-name: LEGACY\r\n"
    )
    assert users_outside(answer).splitlines() == [
        "snmp-server user netops-1 NETOPS v3 auth sha <hashed:0> priv aes 128 <hashed:0>",
        "snmp-server user old LEGACY v3 auth md5 <hashed:0>",
    ]
    assert users_outside("%SNMP agent not enabled\r\n") == ""
