"""Sessions over SSH: prompts, echo, paging, enable, with Netmiko and with a raw client."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable, Coroutine, Iterator

import asyncssh
import pytest
from netmiko import ConnectHandler
from netmiko.base_connection import BaseConnection

from lab.simulated import DeviceSpec, Fleet

SW, R = "HF-LIB-01-SW1", "HF-LIB-01-R1"
Typed = Callable[..., str]
TypeAt = Callable[..., Coroutine[None, None, str]]


@pytest.fixture
def netmiko(fleet: Fleet, switch: DeviceSpec) -> Iterator[Callable[..., BaseConnection]]:
    opened: list[BaseConnection] = []

    def connect(name: str, secret: str = "") -> BaseConnection:
        connection = ConnectHandler(
            device_type="cisco_ios",
            host="127.0.0.1",
            port=fleet.port(name),
            username="turnup",
            password=switch.password,
            secret=secret,
        )
        opened.append(connection)
        return connection

    yield connect
    for connection in opened:
        connection.disconnect()


def test_netmiko_configures_reads_back_and_saves(netmiko: Callable[..., BaseConnection], fleet: Fleet) -> None:
    connection = netmiko(SW)
    assert connection.find_prompt() == f"{SW}#"
    connection.send_config_set(["vlan 20", "name USERS", "int gi1/0/3", "switchport access vlan 20"])
    shown = connection.send_command("show running-config")
    assert "vlan 20\n name USERS\n!" in shown
    assert "interface GigabitEthernet1/0/3\n switchport access vlan 20\n!" in shown
    assert shown.startswith("Building configuration...\n\nCurrent configuration : ")
    assert shown.endswith("\nend")
    assert "USERS" not in fleet.startup_config(SW)
    assert "[OK]" in connection.save_config()
    assert "vlan 20\n name USERS\n" in fleet.startup_config(SW)
    assert fleet.lines_received(SW) == ("vlan 20", "name USERS", "int gi1/0/3", "switchport access vlan 20")


def test_a_login_without_privilege_must_enable(netmiko: Callable[..., BaseConnection]) -> None:
    connection = netmiko(R, secret="enable-for-tests")
    assert connection.find_prompt() == f"{R}>"
    assert "% Invalid input detected" in connection.send_command("show running-config")
    connection.enable()
    assert connection.find_prompt() == f"{R}#"
    assert "hostname HF-LIB-01-R1" in connection.send_command("show running-config")


def test_a_wrong_enable_secret_is_refused(type_at: TypeAt, fleet: Fleet) -> None:
    text = "enable\nwrong\nwrong\nwrong\n!ready\n"
    answer = asyncio.run(type_at(fleet.port(R), text, until="!ready\r\n"))
    assert "% Bad secrets" in answer
    assert "wrong" not in answer.replace("% Bad secrets", "")
    assert answer.endswith(f"{R}>!ready\r\n")


def test_a_block_is_echoed_line_by_line_after_its_prompts(typed: Typed) -> None:
    answer = typed(SW, "conf t", "vlan 20", " name USERS", "interface gi1/0/9", "flurble on", "! mark", "end")
    assert answer.endswith(f"""\
{SW}#conf t
Enter configuration commands, one per line.  End with CNTL/Z.
{SW}(config)#vlan 20
{SW}(config-vlan)# name USERS
{SW}(config-vlan)#interface gi1/0/9
{SW}(config-if)#flurble on
{" " * len(f"{SW}(config-if)#")}^
% Invalid input detected at '^' marker.

{SW}(config-if)#! mark
{SW}(config-if)#end
{SW}#! end of block
""")


def test_the_prompt_follows_mode_and_hostname(typed: Typed) -> None:
    lines = (
        ("configure terminal", "HF-LIB-01-SW1(config)#"),
        ("vrf definition A", "HF-LIB-01-SW1(config-vrf)#"),
        ("address-family ipv4", "HF-LIB-01-SW1(config-vrf-af)#"),
        ("router bgp 64512", "HF-LIB-01-SW1(config-router)#"),
        ("address-family ipv4", "HF-LIB-01-SW1(config-router-af)#"),
        ("class-map match-any C", "HF-LIB-01-SW1(config-cmap)#"),
        ("policy-map P", "HF-LIB-01-SW1(config-pmap)#"),
        ("class C", "HF-LIB-01-SW1(config-pmap-c)#"),
        ("ip access-list standard S", "HF-LIB-01-SW1(config-std-nacl)#"),
        ("ip access-list extended E", "HF-LIB-01-SW1(config-ext-nacl)#"),
        ("line vty 0 4", "HF-LIB-01-SW1(config-line)#"),
        ("archive", "HF-LIB-01-SW1(config-archive)#"),
        ("ip dhcp pool D", "HF-LIB-01-SW1(dhcp-config)#"),
        ("interface gi1/0/1", "HF-LIB-01-SW1(config-if)#"),
        ("hostname NEW-NAME", "NEW-NAME(config)#"),
        ("end", "NEW-NAME#"),
    )
    answer = typed(SW, *(line for line, _ in lines))
    for line, prompt in lines:
        assert re.search(rf"{line}\n(Enter .*\n)?{re.escape(prompt)}", answer), line


def test_a_netmiko_session_survives_a_change_of_hostname(netmiko: Callable[..., BaseConnection]) -> None:
    connection = netmiko(SW)
    connection.write_channel("configure terminal\nhostname OTHER\nend\n")
    assert "OTHER#" in connection.read_until_pattern(r"OTHER#")


def test_long_answers_stop_at_each_screen_unless_told_not_to(type_at: TypeAt, fleet: Fleet) -> None:
    first = asyncio.run(type_at(fleet.port(SW), "show running-config\n", until="--More--"))
    assert first.count("\n") < 30
    whole = asyncio.run(type_at(fleet.port(SW), "show run\n" + " " * 20, until="\r\nend\r\n"))
    assert whole.count("--More--") > 3
    quit_early = asyncio.run(type_at(fleet.port(SW), "show run\nq!here\n", until="!here\r\n"))
    assert "\r\nend\r\n" not in quit_early


def test_control_z_and_do_work_in_configuration_mode(typed: Typed) -> None:
    answer = typed(SW, "conf t", "interface gi1/0/1", "do show clock", "\x1a")
    assert " UTC " in answer
    assert f"{SW}(config-if)#^Z\n" in answer
    assert answer.endswith(f"{SW}#\n{SW}#! end of block\n")


def test_one_command_without_a_shell_is_answered(fleet: Fleet, switch: DeviceSpec) -> None:
    async def run() -> str:
        async with asyncssh.connect(
            "127.0.0.1", fleet.port(SW), username="turnup", password=switch.password, known_hosts=None, config=None
        ) as connection:
            return str((await connection.run("show running-config | include ^hostname")).stdout)

    assert asyncio.run(run()).split() == ["hostname", SW]


def test_the_host_key_is_the_one_that_is_announced(fleet: Fleet, switch: DeviceSpec) -> None:
    async def run(name: str, key: str) -> None:
        known = asyncssh.import_known_hosts(f"[127.0.0.1]:{fleet.port(name)} {key}\n")
        async with asyncssh.connect(
            "127.0.0.1", fleet.port(name), username="turnup", password=switch.password, known_hosts=known, config=None
        ):
            pass

    asyncio.run(run(SW, fleet.host_key(SW)))
    with pytest.raises(asyncssh.HostKeyNotVerifiable):
        asyncio.run(run(SW, fleet.host_key(R)))


def test_a_wrong_password_is_refused(type_at: TypeAt, fleet: Fleet) -> None:
    with pytest.raises(asyncssh.PermissionDenied):
        asyncio.run(type_at(fleet.port(SW), "", until="#", password="wrong"))


def test_removing_a_user_asks_and_takes_the_next_key_for_an_answer(typed: Typed, fleet: Fleet) -> None:
    answer = typed(SW, "conf t", "no username localadmin", "hostname LOST", "no username localadmin", "", "end")
    assert "Do you want to continue? [confirm]" in answer
    assert "ostname LOST" in answer, "the h of the next line was the answer"
    assert f"hostname {SW}" in fleet.running_config(SW)
    assert "localadmin" not in fleet.running_config(SW)


SHOWS = {
    "show version": (f"{SW} uptime is", "cisco C9300-24P processor", "Processor board ID FOC2500A001\n"),
    "show inventory": ("PID: C9300-24P", "SN: FOC2500A001"),
    "sh vlan br": ("99   MGMT                             active", "666  PARKING", "Gi1/0/24", "1005 "),
    "show ip interface brief": ("Vlan99                 10.255.0.11     YES NVRAM  up                    up",),
    "show interfaces status": ("Gi1/0/24", "Te1/1/1      Uplink             connected    trunk"),
    "show interfaces trunk": ("Te1/1/1        99",),
    "show archive": ("The next archive file will be named bootflash:archive-",),
    "show archive config rollback timer": ("%No Rollback Confirmed Change pending",),
    "show startup-config": ("Using ", f"hostname {SW}"),
    "show users": ("turnup",),
    "show ip bgp summary": ("% BGP not active",),
    "show run | section ^interface Vlan99": ("interface Vlan99\n description Management\n ip address 10.255.0.11",),
    "show run interface gi1/0/24": ("interface GigabitEthernet1/0/24\n description Door controller",),
    "show logging": ("%SYS-5-RESTART",),
    "show flurble": ("     ^\n% Invalid input detected at '^' marker.",),
    "flurble": ("% Unknown command or computer name, or unable to find computer address",),
    "show": ('% Type "show ?" for a list of subcommands',),
}


@pytest.mark.parametrize("command", SHOWS)
def test_a_device_answers(command: str, typed: Typed) -> None:
    answer = typed(SW, command)
    for words in SHOWS[command]:
        assert words in answer, answer


def test_bgp_neighbours_are_up_when_their_interface_is(typed: Typed) -> None:
    neighbors = (
        "vrf definition CUST-A", "rd 64512:1", "address-family ipv4",
        "interface gi0/0/0", "vrf forwarding CUST-A", "ip address 198.51.100.2 255.255.255.252",
        "router bgp 64512", "address-family ipv4 vrf CUST-A", "neighbor 198.51.100.1 remote-as 64496",
    )  # fmt: skip
    show = "do show ip bgp vpnv4 vrf CUST-A summary"
    answer = typed(R, "enable", "enable-for-tests", "conf t", *neighbors, show, "int gi0/0/0", "shutdown", show)
    rows = [line for line in answer.splitlines() if line.startswith("198.51.100.1 ")]
    assert [row.split()[-1] for row in rows] == ["1", "Active"]


def test_copy_asks_for_a_name_and_saves(typed: Typed, fleet: Fleet) -> None:
    answer = typed(SW, "conf t", "hostname NEW", "end", "copy running-config startup-config", "")
    assert "Destination filename [startup-config]? \nBuilding configuration...\n[OK]\n" in answer
    assert "hostname NEW" in fleet.startup_config(SW)


def test_a_reload_drops_the_session_and_boots_from_startup(type_at: TypeAt, fleet: Fleet) -> None:
    text = "conf t\nhostname UNSAVED\nend\nreload\nno\n\n"
    answer = asyncio.run(type_at(fleet.port(SW), text, until="never said"))
    assert "System configuration has been modified. Save? [yes/no]: " in answer
    assert f"hostname {SW}" in fleet.running_config(SW)


def test_a_vtp_server_shows_no_vlan_but_in_show_vlan(netmiko: Callable[..., BaseConnection]) -> None:
    connection = netmiko(SW)
    connection.send_config_set(["vtp mode server", "vlan 130", "name LAB"])
    assert "vlan 130" not in connection.send_command("show running-config")
    assert re.search(r"^130 +LAB +active", connection.send_command("show vlan brief"), re.MULTILINE)
    connection.send_config_set(["vtp mode transparent"])
    assert "vlan 130\n name LAB" in connection.send_command("show running-config")
