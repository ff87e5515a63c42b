"""What the ledger keeps of devices rests encrypted: on the disk there is no word of it, and no other key opens it."""

from __future__ import annotations

import zlib
from pathlib import Path

import pytest
from sqlalchemy import select, update

from tasks.keys import is_sealed, load_key
from tasks.ledger import Ledger
from tasks.ledger.schema import backups, plans, transcripts
from turnup.errors import CredentialMissing, WrongKey

SWITCH, SITE = "HF-LIB-01-SW1", "HF-LIB-01"
PLAN = "a" * 64


@pytest.fixture
def told(ledger, entries):
    """A ledger with a plan, two backups and a transcript."""
    entries.record_call_off(ledger)
    plan = entries.plan_taking(entries.vlan(110))
    ledger.plans.store(plan, "clerk@supplier.example")
    entries.push_and_tell(ledger, plan.hash)
    return plan


def texts(ledger) -> list[bytes]:
    with ledger.store.reading() as connection:
        columns = (plans.c.content, backups.c.text, transcripts.c.text)
        return [bytes(text) for column in columns for text in connection.execute(select(column)).scalars()]


def test_texts_are_sealed_and_read_again(ledger, told, open_ledger, place):
    assert [is_sealed(text) for text in texts(ledger)] == [True] * 6
    again = open_ledger(place)
    assert again.plans.get(told.hash) == told
    assert again.devices.backup(SWITCH, "before") == "hostname before\n"
    for moment in ("before", "after"):
        assert again.devices.backup_at(SWITCH, SITE, told.hash, 1, moment) == f"hostname {moment}\n"
    assert again.transcripts.of(SWITCH, SITE, told.hash, 1) == ("part 1\n", "part 2\n", "part 3\n")
    assert again.transcripts.of(SWITCH, SITE, told.hash, 2) == ()


def test_the_key_is_made_beside_a_ledger_when_something_is_sealed_first(tmp_path, monkeypatch, entries):
    monkeypatch.delenv("TURNUP_KEY")
    ledger = Ledger(str(tmp_path / "new" / "ledger.db"))
    entries.record_call_off(ledger)
    assert not (tmp_path / "new" / "ledger.key").exists()
    entries.push(ledger, PLAN)
    ledger.close()
    assert load_key(f"file:{tmp_path / 'new' / 'ledger.key'}")
    on_disk = b"".join(path.read_bytes() for path in sorted((tmp_path / "new").glob("ledger.db*")))
    assert b"hostname" not in on_disk
    assert zlib.compress(b"hostname before\n") not in on_disk


def test_another_key_is_told_by_name_and_nothing_is_written(ledger, told, place, monkeypatch):
    monkeypatch.setenv("ANOTHER_KEY", "02" * 32)
    other = Ledger(place, key="env:ANOTHER_KEY")
    head = other.head()
    for asked in (
        lambda: other.plans.get(told.hash),
        lambda: other.devices.backup(SWITCH, "after"),
        lambda: other.transcripts.of(SWITCH, SITE, told.hash, 1),
        lambda: other.plans.store(told, "clerk@supplier.example"),
    ):
        with pytest.raises(WrongKey, match="key env:ANOTHER_KEY: expected the key"):
            asked()
    assert other.head() == head
    other.close()


def test_a_lost_key_is_no_reason_to_make_another(ledger, told, place, tmp_path, entries):
    other = Ledger(place, key=f"file:{tmp_path / 'lost.key'}")
    for asked in (lambda: other.plans.get(told.hash), lambda: entries.push(other, PLAN)):
        with pytest.raises(CredentialMissing, match=r"lost\.key; found No such file"):
            asked()
    assert not Path(tmp_path / "lost.key").exists()
    other.close()


def test_what_older_versions_wrote_is_read_without_a_key(ledger, told, place, tmp_path):
    with ledger.store.writing() as connection:
        connection.execute(update(plans).values(content=zlib.compress(told.as_json())))
        connection.execute(update(backups).values(text=zlib.compress(b"hostname older\n"), site=None, attempt=None))
    other = Ledger(place, key=f"file:{tmp_path / 'none.key'}")
    assert other.plans.get(told.hash) == told
    assert other.devices.backup(SWITCH, "after") == "hostname older\n"
    other.close()


def test_a_text_under_another_name_does_not_open(ledger, told, place):
    with ledger.store.writing() as connection:
        connection.execute(update(backups).where(backups.c.moment == "before").values(device="HF-LIB-01-SW2"))
    with pytest.raises(WrongKey, match="Somebody edited the ledger"):
        ledger.devices.backup("HF-LIB-01-SW2", "before")
