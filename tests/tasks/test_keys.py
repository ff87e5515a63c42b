"""The key of a ledger: where it is, how it is made, and that nothing opens with another one."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tasks.keys import Key, KeyUse, is_sealed, key_reference, load_key, load_or_make_key, sealed_with
from turnup.errors import CredentialMissing, WrongKey

TEXT = b"hostname KC-TH-01-SW1\n"
ABOUT = "backup KC-TH-01-SW1 before"
KEY, OTHER = Key("file:one", b"\x01" * 32), Key("env:OTHER", b"\x02" * 32)


def test_the_key_is_beside_the_ledger_unless_the_variable_names_another(tmp_path):
    place = str(tmp_path / "ledger.db")
    assert key_reference(place, {}) == f"file:{tmp_path / 'ledger.key'}"
    assert key_reference(place, {"TURNUP_KEY": "env:TURNUP_LEDGER_KEY"}) == "env:TURNUP_LEDGER_KEY"
    assert key_reference("postgresql+psycopg://turnup@db.example/turnup", {}).endswith("/.turnup/ledger.key")


def test_a_key_is_made_once_for_its_owner_alone_and_a_warning_says_so(tmp_path, caplog):
    reference = f"file:{tmp_path / 'new' / 'ledger.key'}"
    made = load_or_make_key(reference)
    assert (tmp_path / "new" / "ledger.key").stat().st_mode & 0o777 == 0o600
    assert "Keep a copy of it apart from the ledger" in caplog.text
    caplog.clear()
    assert load_or_make_key(reference) == made == load_key(reference)
    assert not caplog.text
    assert made.secret.hex() not in repr(made)
    assert [path.name for path in (tmp_path / "new").iterdir()] == ["ledger.key"]


def test_processes_that_begin_at_once_agree_on_one_key(tmp_path):
    reference, start = f"file:{tmp_path / 'ledger.key'}", threading.Barrier(8)

    def begin(_number: int) -> Key:
        start.wait()
        return load_or_make_key(reference)

    with ThreadPoolExecutor(8) as pool:
        assert len(set(pool.map(begin, range(8)))) == 1


def no_key(path: Path) -> None:
    path.write_text("hunter2\n")
    path.chmod(0o600)


def for_everybody(path: Path) -> None:
    path.write_text(f"{'01' * 32}\n")
    path.chmod(0o644)


@pytest.mark.parametrize(
    ("make", "words"),
    [
        pytest.param(no_key, "expected 64 hex digits; found something else", id="no key"),
        pytest.param(for_everybody, "expected a file of mode 0600; found mode 0644", id="others may read it"),
        pytest.param(lambda path: None, "found No such file", id="missing"),
    ],
)
def test_a_key_that_is_none_is_named_by_its_reference(tmp_path, make, words):
    make(tmp_path / "ledger.key")
    with pytest.raises(CredentialMissing, match=words) as caught:
        load_key(f"file:{tmp_path / 'ledger.key'}")
    assert str(tmp_path / "ledger.key") in str(caught.value)
    assert "hunter2" not in str(caught.value)


def test_a_key_in_the_place_of_its_reference_is_not_shown():
    with pytest.raises(CredentialMissing, match="TURNUP_KEY: expected env:NAME or file:PATH") as caught:
        load_or_make_key("01" * 32)
    assert "0101" not in str(caught.value)


def test_a_key_that_is_only_to_be_had_elsewhere_is_never_made(monkeypatch):
    monkeypatch.delenv("TURNUP_LEDGER_KEY", raising=False)
    with pytest.raises(CredentialMissing, match="TURNUP_LEDGER_KEY to be set"):
        load_or_make_key("env:TURNUP_LEDGER_KEY")
    monkeypatch.setenv("TURNUP_LEDGER_KEY", "02" * 32)
    assert load_or_make_key("env:TURNUP_LEDGER_KEY").id == OTHER.id


def test_what_is_sealed_opens_with_its_key_and_under_its_name_only():
    sealed = KEY.seal(TEXT, ABOUT)
    assert is_sealed(sealed)
    assert sealed_with(sealed) == KEY.id
    assert TEXT not in sealed
    assert KEY.seal(TEXT, ABOUT) != sealed
    assert KEY.open(sealed, ABOUT) == TEXT
    with pytest.raises(WrongKey, match=f"key env:OTHER: expected the key {KEY.id}, with which {ABOUT} was sealed"):
        OTHER.open(sealed, ABOUT)
    with pytest.raises(WrongKey, match="expected backup KC-TH-01-SW2 before as it was sealed"):
        KEY.open(sealed, "backup KC-TH-01-SW2 before")


@pytest.mark.parametrize("place", [1 + 4, -1])
def test_an_edited_text_does_not_open(place):
    sealed = bytearray(KEY.seal(TEXT, ABOUT))
    sealed[place] ^= 1
    with pytest.raises(WrongKey, match="Somebody edited the ledger"):
        KEY.open(bytes(sealed), ABOUT)


def test_each_use_has_a_key_of_its_own_and_fingerprints_need_the_key():
    assert len({KEY.derived(use) for use in KeyUse} | {KEY.secret}) == 1 + len(KeyUse)
    assert KEY.fingerprint("s3cret") == KEY.fingerprint("s3cret")
    assert len({KEY.fingerprint("s3cret"), KEY.fingerprint("s3creT"), OTHER.fingerprint("s3cret")}) == 3
