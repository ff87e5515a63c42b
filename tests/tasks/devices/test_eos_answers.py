"""What Arista EOS prints, read: sessions in the words of older and newer trains, refusals, its log."""

from __future__ import annotations

from tasks.devices.platforms.arista_eos import (
    ConfigSession,
    chunks,
    read_edits,
    rejected_lines,
    sessions_in,
    users_as_typed,
)

OLDER = """\
Maximum number of completed sessions: 1
Maximum number of pending sessions: 5

  Name                     State                    User       Terminal       PID       Commit Time Left
  --------------------- ------------------------ ---------- -------------- --------- ----------------------
  acl-change               pendingCommitTimer                                                      4m56s
* sess1                    pending                  admin      vty3           1234
  turnup-t1-1-a            pending
  example1                 completed
"""
NEWER = """\
Maximum number of completed sessions: 1
Maximum number of pending sessions: 5
Merge on commit is disabled
Autosave to startup-config on commit is disabled

Session with pending commit timer: turnup-t1-1-a
Time left until commit timer expiry: in 0:04:59

  Name             State     User  Terminal Completed Time      Committed By
- ---------------- --------- ----- -------- ------------------- ------------
  turnup-t1-1-a    committed                2026-09-27 10:00:00 admin
  sess1            pending   admin vty8
"""


def test_sessions_are_read_as_older_trains_print_them():
    assert sessions_in(OLDER.replace("\n", "\r\n")) == (
        ConfigSession("acl-change", is_timed=True, user=""),
        ConfigSession("sess1", is_timed=False, user="admin"),
        ConfigSession("turnup-t1-1-a", is_timed=False, user=""),
    )


def test_sessions_are_read_as_newer_trains_print_them():
    assert sessions_in(NEWER) == (
        ConfigSession("sess1", is_timed=False, user="admin"),
        ConfigSession("turnup-t1-1-a", is_timed=True, user=""),
    )


def test_no_session_is_made_of_headings():
    assert sessions_in("\n".join(NEWER.splitlines()[:5])) == ()


def test_a_refusal_names_its_line_and_a_warning_is_none():
    answer = (
        "SW1(config-s-turnup)#interface Ethernet1\r\n"
        "SW1(config-s-turnup-if-Et1)# spanning-tree portfast\r\n"
        "! portfast should only be enabled on ports connected to a single host.\r\n"
        "SW1(config-s-turnup-if-Et1)# swichport mode trunk\r\n"
        "% Invalid input (at token 0: 'swichport')\r\n"
        "SW1(config-s-turnup-if-Et1)#"
    )
    assert list(rejected_lines(answer)) == [("swichport mode trunk", "% Invalid input (at token 0: 'swichport')")]


def test_a_banner_is_never_cut():
    lines = [f"vlan {number}" for number in range(100, 198)]
    banner = ["banner login", *("Keep out." for _ in range(5)), "EOF"]
    cut = tuple(chunks("\n".join([*lines, *banner, "hostname A"]), 100))
    assert cut == ((*lines, *banner), ("hostname A",))


def test_who_configured_it_is_read_from_its_log():
    log = (
        "Nov 25 21:03:04 SW1 ConfigAgent: %SYS-5-CONFIG_E: Enter configuration mode from console by colleague on vty3\n"
        "Nov 25 21:04:05 SW1 ConfigAgent: %SYS-5-CONFIG_I: Configured from console by colleague on vty3 (192.0.2.9)\n"
        "Nov  5 09:29:27 SW1 ConfigAgent: %SYS-5-CONFIG_SESSION_COMMIT_SUCCESS: User turnup committed configuration "
        "session turnup-t1-1-a successfully on vty4 (192.0.2.8)\n"
        "Nov 25 21:04:06 SW1 ConfigAgent: %SYS-5-CONFIG_STARTUP: Startup config saved\n"
    )
    assert [(each.who, each.source, each.at) for each in read_edits(log)] == [
        ("colleague", "192.0.2.9", "Nov 25 21:04:05"),
        ("turnup", "192.0.2.8", "Nov  5 09:29:27"),
    ]


def test_keys_of_users_that_are_bound_to_an_engine_are_left_out():
    shown = (
        "snmp-server user netops-1 NETOPS v3 localized f5717f001c730f4c1200 auth sha 0a1b2c priv aes 3d4e5f\n"
        "snmp-server user old LEGACY v3 localized f5717f001c730f4c1200 auth md5 0a1b2c \n"
        "snmp-server host 192.0.2.1 version 3 priv netops-1\n"
    )
    assert users_as_typed(shown).splitlines() == [
        "snmp-server user netops-1 NETOPS v3 auth sha <hashed:0> priv aes <hashed:0>",
        "snmp-server user old LEGACY v3 auth md5 <hashed:0>",
        "snmp-server host 192.0.2.1 version 3 priv netops-1",
    ]
