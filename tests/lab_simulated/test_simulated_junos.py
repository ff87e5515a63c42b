"""The simulated Junos device, held against what the CLI user guide says, over SSH and in its own words."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lab.simulated import DeviceKind, Fleet, LoseConfirm, Reboot, RejectLine, RevertFails, client, factory_spec
from lab.simulated.junos.configuration import JunosConfiguration, read_configuration
from lab.simulated.junos.tree import StatementError
from tests.conftest import PASSWORD

SW = "HF-LIB-01-SW1"
VLAN = "set vlans STAFF vlan-id 110"
EXCLUSIVE = "configure exclusive"


@pytest.fixture(scope="module")
def one() -> Iterator[Fleet]:
    with Fleet((factory_spec(DeviceKind.JUNOS_SWITCH, SW, "NX0219380001", password=PASSWORD),)) as fleet:
        yield fleet


@pytest.fixture
def fleet(one: Fleet) -> Fleet:
    one.reset(SW)
    return one


def say(fleet: Fleet, *lines: str) -> str:
    """Log in, type lines, and give what was printed up to the last one."""
    text = "".join(f"{line}\n" for line in ("set cli screen-length 0", *lines, "# the end"))
    return asyncio.run(
        client.type_at(fleet.port(SW), text, until="# the end\r\n", username="turnup", password=PASSWORD, seconds=5.0)
    ).replace("\r", "")


def config(fleet: Fleet) -> list[str]:
    return fleet.running_config(SW).splitlines()


def load(*lines: str) -> tuple[str, ...]:
    return ("load set terminal", *lines, "\x04")


def test_it_says_who_it_is(fleet):
    printed = say(fleet, "show version", "show chassis hardware")
    assert re.search(rf"^Hostname: {SW}$", printed, re.MULTILINE)
    assert re.search(r"^Chassis +NX0219380001 +EX3400-24P$", printed, re.MULTILINE)
    assert f"\nturnup@{SW}> " in printed


def test_what_is_committed_runs_and_is_saved(fleet):
    printed = say(fleet, EXCLUSIVE, *load(VLAN), "show | compare", "commit")
    assert "warning: uncommitted changes will be discarded on exit" in printed
    assert "[edit vlans]\n+      STAFF {\n+          vlan-id 110;\n+      }\n" in printed
    assert "commit complete" in printed
    assert VLAN in config(fleet)
    assert fleet.startup_config(SW) == fleet.running_config(SW)


def test_a_candidate_that_was_not_committed_goes_with_its_session(fleet):
    before = config(fleet)
    say(fleet, EXCLUSIVE, *load(VLAN))
    assert config(fleet) == before
    assert "STAFF" not in say(fleet, EXCLUSIVE, "show | display set")


def test_a_load_goes_on_behind_an_error_and_does_not_count_it(fleet):
    printed = say(fleet, EXCLUSIVE, *load("set vlans STAFF bogus 3", VLAN), "show vlans STAFF")
    assert "^Dterminal:1:(21) syntax error: bogus\nload complete\n" in printed
    assert "vlan-id 110;" in printed


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("set vlans STAFF vlan-id 5000", "Value 5000 is not within range (1..4094)"),
        ("set system services nonsense", "syntax error"),
        ("set interfaces irb unit 1 family inet address 10.0.0.300/24", "invalid prefix length in ip prefix"),
        ("set interfaces ge-0/0/1 unit", "missing argument"),
        ("frobnicate vlans", "unknown command"),
    ],
)
def test_what_it_does_not_know_is_refused_in_its_own_words(fleet, line, words):
    assert words in say(fleet, EXCLUSIVE, line)


@pytest.mark.parametrize(
    ("lines", "words"),
    [
        (("set interfaces ge-0/0/1 unit 0 family ethernet-switching vlan members NONE-SUCH",), "vlan NONE-SUCH"),
        (("set protocols bgp group PE neighbor 192.0.2.1 peer-as 64500", "set protocols bgp group PE import LOST"),
         "Policy error: Policy LOST referenced but not defined"),
        (("set policy-options policy-statement P from prefix-list LOST",), "prefix-list LOST referenced"),
        (("set interfaces ge-0/0/3 unit 0 family inet filter input LOST",), "Referenced filter 'LOST' is not defined"),
        (("set vlans A vlan-id 99",), "vlan-id 99 is already used by vlan"),
        (("set routing-instances R instance-type vrf",), "missing route-distinguisher"),
        (("set interfaces ge-0/0/23 unit 0 family ethernet-switching vlan members MGMT",), "more than one VLAN"),
        (("set interfaces irb unit 7 family inet address 10.255.0.9/24",), "overlapping subnet"),
    ],
)  # fmt: skip
def test_a_commit_finds_what_is_referred_to_and_not_there(fleet, lines, words):
    before = config(fleet)
    printed = say(fleet, EXCLUSIVE, *lines, "commit")
    assert words in printed
    assert "error: configuration check-out failed" in printed
    assert config(fleet) == before


def test_a_confirmed_commit_waits_and_goes_back(fleet):
    printed = say(fleet, EXCLUSIVE, VLAN, 'commit confirmed 2 comment "turnup-1"', "run show system commit")
    assert (
        "commit confirmed will be automatically rolled back in 2 minutes unless confirmed\ncommit complete" in printed
    )
    assert "# commit confirmed will be rolled back in 2 minutes\n[edit]\n" in printed
    assert re.search(
        r"^0 +\S+ \S+ UTC by turnup via cli commit confirmed, rollback in 2mins\n    turnup-1\n    rollback pending$",
        printed,
        re.MULTILINE,
    )
    assert VLAN in config(fleet)
    fleet.end_revert_timer(SW)
    assert VLAN not in config(fleet)
    printed = say(fleet, "show system commit")
    assert re.search(r"^0 .* by root via other$", printed, re.MULTILINE)
    assert "rollback pending" not in printed


@pytest.mark.parametrize("how", [(EXCLUSIVE, "commit"), ("configure", "commit check"), ("configure private", "commit")])
def test_any_commit_confirms_and_a_check_too(fleet, how):
    say(fleet, EXCLUSIVE, VLAN, "commit confirmed 2", "exit")
    assert fleet.revert_is_pending(SW)
    say(fleet, *how)
    assert not fleet.revert_is_pending(SW)
    assert VLAN in fleet.startup_config(SW)
    assert "commit confirmed, rollback in 2mins" in say(fleet, "show system commit"), "the words stay for good"


def test_a_commit_check_commits_no_edit_of_others(fleet):
    say(fleet, EXCLUSIVE, VLAN, "commit confirmed 2", "exit")
    say(fleet, "configure", "set vlans THEIRS vlan-id 300")
    assert "changed but not committed" in say(fleet, "configure", "commit check")
    assert not fleet.revert_is_pending(SW)
    assert "set vlans THEIRS vlan-id 300" not in config(fleet)


def test_rollback_brings_back_what_ran_before(fleet):
    before = config(fleet)
    say(fleet, EXCLUSIVE, VLAN, "commit confirmed 2", "exit")
    printed = say(fleet, EXCLUSIVE, "rollback 1", "commit")
    assert "load complete" in printed
    assert config(fleet) == before
    assert not fleet.revert_is_pending(SW)


def test_an_exclusive_session_keeps_others_out_and_open_edits_keep_it_out(fleet):
    fleet_user = say(fleet, "configure", VLAN, "exit", "yes", EXCLUSIVE)
    assert "error: configuration database modified" in fleet_user


def test_in_private_mode_no_commit_is_confirmed_and_only_its_own_edits_count(fleet):
    printed = say(fleet, "configure private", VLAN, "commit confirmed 2")
    assert "error: commit confirmed not supported for private configuration" in printed
    fleet.type_as_another_operator(SW, ("set vlans THEIRS vlan-id 300",))
    assert "commit complete" in say(fleet, "configure private", VLAN, "commit")
    assert {VLAN, "set vlans THEIRS vlan-id 300"} <= set(config(fleet))


def test_a_restart_forgets_what_was_not_confirmed(fleet):
    say(fleet, EXCLUSIVE, VLAN, "commit confirmed 2", "exit")
    fleet.inject(SW, Reboot(0.0))
    assert VLAN not in config(fleet)
    assert not fleet.revert_is_pending(SW)


def test_faults_happen_while_lines_are_loaded(fleet):
    fleet.inject(SW, RejectLine("vlan-id"))
    printed = say(fleet, EXCLUSIVE, *load(VLAN, "set vlans STAFF description X"), "show | display set")
    assert "terminal:1:" in printed
    assert "set vlans STAFF description X" in printed
    assert VLAN not in printed.partition("load complete")[2]


def test_a_confirm_can_be_lost_and_a_rollback_can_fail(fleet):
    say(fleet, EXCLUSIVE, VLAN, "commit confirmed 2", "exit")
    fleet.inject(SW, LoseConfirm())
    assert "commit complete" in say(fleet, EXCLUSIVE, "commit")
    assert fleet.revert_is_pending(SW)
    fleet.clear_faults(SW)
    fleet.inject(SW, RevertFails())
    fleet.end_revert_timer(SW)
    assert VLAN in config(fleet)
    assert not fleet.revert_is_pending(SW)


def test_text_with_braces_is_loaded_and_shown(fleet):
    text = ("vlans {", "    STAFF {", "        vlan-id 110;", "    }", "}")
    printed = say(fleet, EXCLUSIVE, "load merge terminal", *text, "\x04", "commit", "run show configuration vlans")
    assert "STAFF {\n    vlan-id 110;\n}\n" in printed
    assert VLAN in config(fleet)


def test_an_object_stays_when_the_last_statement_in_it_goes_and_a_container_does_not():
    device = JunosConfiguration()
    device.carry_out("set interfaces ge-0/0/1 unit 0 family ethernet-switching vlan members STAFF")
    device.carry_out("delete interfaces ge-0/0/1 unit 0 family ethernet-switching vlan members STAFF")
    assert device.lines() == ["set interfaces ge-0/0/1 unit 0 family ethernet-switching"]
    device.carry_out("set chassis aggregated-devices ethernet device-count 4")
    device.carry_out("delete chassis aggregated-devices ethernet device-count 4")
    assert device.lines() == ["set interfaces ge-0/0/1 unit 0 family ethernet-switching"]


def test_terms_keep_their_order_and_are_moved_by_insert():
    device = read_configuration("".join(f"set firewall filter F term {name} then accept\n" for name in "ABC"))
    device.carry_out("insert firewall filter F term C before term A")
    assert [line.split()[5] for line in device.lines()] == ["C", "A", "B"]
    with pytest.raises(StatementError, match="not found"):
        device.carry_out("insert firewall filter F term C before term Z")


LINES = st.lists(
    st.sampled_from(
        [
            f"{verb} {what}"
            for verb in ("set", "delete")
            for what in (
                "vlans A vlan-id 10",
                "vlans A vlan-id 11",
                "vlans B",
                "interfaces ge-0/0/1 unit 0 family ethernet-switching vlan members A",
                "interfaces ge-0/0/10 unit 0",
                'interfaces ge-0/0/2 description "a b; c"',
                "interfaces irb unit 5 family inet address 192.0.2.1/24",
                "policy-options policy-statement P term A from protocol static",
                "policy-options policy-statement P term A then accept",
                "policy-options policy-statement P term B then reject",
                "policy-options prefix-list L 192.0.2.0/24",
                "protocols rstp",
                "protocols bgp group G neighbor 192.0.2.1 authentication-key hello",
                "system ntp server 192.0.2.9 prefer",
            )
        ]
    ),
    max_size=12,
)


@settings(max_examples=150, deadline=None)
@given(LINES)
def test_what_is_shown_boots_into_the_same_in_both_forms(lines):
    device = JunosConfiguration()
    for line in lines:
        device.carry_out(line)
    assert read_configuration("\n".join(device.lines())).lines() == device.lines()
    assert read_configuration(device.text()).lines() == device.lines()
