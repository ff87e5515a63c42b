"""What the ledger says that Turnup owns on a device, from change to change."""

from __future__ import annotations

from alembic import command
from alembic.config import Config
from sqlalchemy import text

from tasks.ledger import Ledger, OutcomeRecord
from tasks.ledger.migrations import run
from turnup.change.device_change import DeviceChange, owned_afterwards, plan_device
from turnup.change.ownership import OwnedConfig, Takeover
from turnup.fragments import Fragment
from turnup.sites import Platform

IOS = Platform.CISCO_IOS
PORT = "interface GigabitEthernet0/0/1"
L1, L2 = "RBKC-2026-0007/L1", "RBKC-2026-0007/L2"


def fragment(line: str, *lines: str) -> Fragment:
    return Fragment(line, "R1", IOS, "".join(f"{each}\n" for each in lines))


def in_force(ledger: Ledger, change: DeviceChange) -> None:
    record = OutcomeRecord(
        "RBKC-2026-0007", "p" * 64, 1, change.site, change.device, "changed", "", 1, "[]", ledger.now()
    )
    ledger.devices.finish(record, change, close=True, after="", actor="field-engineer@supplier.example")


def step(ledger: Ledger, running: str, fragments: tuple[Fragment, ...], ceased: tuple[str, ...] = ()) -> str:
    """Plan on what the ledger says is ours, record it as in force, and give what the device has then."""
    change = plan_device("KC-TH-01", "R1", IOS, running, ledger.ownership.on("R1"), fragments, ceased)
    expected = owned_afterwards(change, ledger.ownership.on("R1"))
    in_force(ledger, change)
    found = ledger.ownership.on("R1")
    assert (set(found.fragments), set(found.takeovers)) == (set(expected.fragments), set(expected.takeovers))
    return change.candidate


def test_a_takeover_lives_from_the_first_line_that_needs_it_to_the_last(ledger):
    running = f"{PORT}\n description Old modem\n shutdown\n"
    ours = (PORT, " description ACT-1", " no shutdown")
    after = step(ledger, running, (fragment(L1, *ours),))
    after = step(ledger, after, (fragment(L2, *ours),))
    assert {each.former for each in ledger.ownership.on("R1").takeovers} == {"description Old modem", "shutdown"}
    after = step(ledger, after, (), (L1,))
    assert after == f"{PORT}\n description ACT-1\n"
    after = step(ledger, after, (), (L2,))
    assert sorted(after.splitlines()) == sorted([PORT, " description Old modem", " shutdown"])
    assert ledger.ownership.on("R1") == OwnedConfig()
    assert ledger.audit.verify().outcomes == 4


def test_a_change_of_a_line_keeps_what_stood_there_first(ledger):
    after = step(ledger, f"{PORT}\n description Old modem\n", (fragment(L1, PORT, " description ACT-1"),))
    after = step(ledger, after, (fragment(L1, PORT, " description ACT-2"),))
    after = step(ledger, after, (), (L1,))
    assert after == f"{PORT}\n description Old modem\n"


def test_recording_a_change_twice_is_recording_it_once(ledger):
    change = plan_device(
        "KC-TH-01", "R1", IOS, f"{PORT}\n description Old\n", OwnedConfig(), (fragment(L1, PORT, " description A"),)
    )
    in_force(ledger, change)
    once = ledger.ownership.on("R1")
    in_force(ledger, change)
    assert ledger.ownership.on("R1") == once


def test_places_say_where_a_call_off_has_something_in_force(ledger):
    for line in (L1, L2, "RBKC-2026-00070/L1", "KC-TH-01/BASELINE"):
        in_force(
            ledger, plan_device("KC-TH-01", "R1", IOS, "", OwnedConfig(), (fragment(line, "ntp server 192.0.2.1"),))
        )
    places = ledger.ownership.places("RBKC-2026-0007")
    assert [(place.device, place.service_line, place.platform) for place in places] == [
        ("R1", L1, IOS),
        ("R1", L2, IOS),
    ]
    assert len(ledger.ownership.places()) == 4


def test_the_migration_keeps_what_was_there_before_us(ledger, place):
    config = Config()
    config.set_main_option("script_location", str(run.Path(run.__file__).parent))
    with ledger.store.engine.begin() as connection:
        config.attributes["connection"] = connection
        command.downgrade(config, "0001")
        for line in (L1, L2):
            connection.execute(
                text(
                    "INSERT INTO owned (device, service_line, platform, text, kept, plan_hash) "
                    "VALUES (:d, :l, :p, :t, :k, :h)"
                ),
                {"d": "R1", "l": line, "p": "cisco_ios", "t": "ip routing\n", "k": '[["ip routing"]]', "h": "p" * 64},
            )
    ledger.close()
    found = Ledger(place).ownership.on("R1")
    assert found.takeovers == (Takeover(("ip routing",), "ip routing"),)
    assert [each.service_line for each in found.fragments] == [L1, L2]
