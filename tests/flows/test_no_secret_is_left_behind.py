"""Nothing that a run leaves behind holds a secret: not files, not databases, not what was printed."""

from __future__ import annotations

import base64
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml
from sqlalchemy import select

from lab.simulated import DropAtLine, RefuseLogin, RejectLine
from tasks.ledger import Ledger, TranscriptPart, new_intention
from tasks.ledger.schema import backups, plans, transcripts
from tasks.ledger.sealing import about_backup, about_plan
from tasks.ledger.transcripts import about_row

CHECKOUT = Path(__file__).resolve().parent.parent.parent
CALL_OFF = "LBHF-2026-0042"
FIRST = "HF-LIB-01-SW1"
PASSWORD = "a-password-that-must-not-leak-7Q"
LOUD = {"TURNUP_TRACEBACK": "1", "PREFECT_LOGGING_LEVEL": "DEBUG", "PREFECT_LOGGING_TO_API_ENABLED": "true"}


@pytest.fixture
def environment(environment, prefect_environment):
    return {**environment, **prefect_environment}


def shapes(secret: str) -> set[bytes]:
    """The secret as it is, reversed out of base64 at each alignment, and in hexadecimal digits."""
    text = secret.encode()
    cut = (base64.b64encode(b"x" * shift + text)[4 if shift else 0 :].rstrip(b"=")[:-2] for shift in range(3))
    return {text, text.hex().encode(), *cut}


def contents(places: tuple[Path, ...]) -> Iterator[tuple[str, bytes]]:
    """Every file, and what is packed and sealed inside databases."""
    for path in (path for place in places for path in place.rglob("*") if path.is_file()):
        yield str(path), path.read_bytes()
        if path.suffix == ".db":
            with sqlite3.connect(path) as database:
                yield f"{path} as SQL", "\n".join(database.iterdump()).encode()
    for ledger in (path for place in places for path in place.rglob("ledger.db")):
        yield from opened(ledger)


def opened(ledger: Path) -> Iterator[tuple[str, bytes]]:
    """The texts of a ledger as its key shows them."""
    book = Ledger(str(ledger))
    with book.store.reading() as connection:
        for row in connection.execute(select(plans)):
            yield f"plan in {ledger}", book.store.seals.open(row.content, about_plan(row.hash))
        for row in connection.execute(select(backups)):
            about = about_backup(row.device, row.plan_hash, row.moment)
            yield f"backup in {ledger}", book.store.seals.open(row.text, about)
        for row in connection.execute(select(transcripts)):
            yield f"transcript in {ledger}", book.store.seals.open(row.text, about_row(row))
    book.close()


def leaks(secret: str, places: tuple[Path, ...]) -> list[str]:
    wanted = shapes(secret)
    return [name for name, content in contents(places) if any(shape in content for shape in wanted)]


def test_the_search_finds_what_it_looks_for(tmp_path):
    for number, shape in enumerate(sorted(shapes(PASSWORD))):
        (tmp_path / f"plain-{number}").write_bytes(b"before " + shape + b" after")
    for shift in range(3):
        (tmp_path / f"coded-{shift}").write_bytes(base64.b64encode(b"y" * shift + PASSWORD.encode() + b" and more"))
    ledger = Ledger(str(tmp_path / "ledger.db"))
    said = TranscriptPart(FIRST, "HF-LIB-01", "a" * 64, 1, 1, f"secret {PASSWORD}\n")
    begun = new_intention(FIRST, "HF-LIB-01", "a" * 64, "t1", "")
    ledger.devices.intend(begun, f"secret {PASSWORD}\n", "engineer@supplier.example", said=said)
    ledger.close()
    found = leaks(PASSWORD, (tmp_path,))
    assert len(found) == len(shapes(PASSWORD)) + 3 + 2, found


@pytest.mark.usefixtures("one_by_one")
@pytest.mark.parametrize(
    "fault",
    [RefuseLogin(), RejectLine("^vlan 110", "% Bad VLAN"), DropAtLine("^ip dhcp snooping vlan 110")],
    ids=["login refused", "line rejected", "session lost"],
)
def test_a_run_that_fails_loudly_leaves_no_secret(turnup, start_fleet, approved, tmp_path, prefect_environment, fault):
    fleet = start_fleet(CALL_OFF, minute_seconds=60)
    approved(CALL_OFF)
    fleet.inject(FIRST, fault)
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    answer = turnup("deliver", CALL_OFF, TMPDIR=str(scratch), **LOUD)
    assert answer.returncode == 1, answer.stderr
    assert FIRST in answer.stderr
    said = (answer.stdout + answer.stderr).encode()
    assert [shape for shape in shapes(PASSWORD) if shape in said] == []
    assert leaks(PASSWORD, (tmp_path, Path(prefect_environment["PREFECT_HOME"]))) == []
    assert list(scratch.glob("turnup-*")) == []


def test_the_demo_does_the_main_job_and_leaves_no_secret(tmp_path, environment):
    secret = "the-secret-of-the-demo-4Z"
    program = (
        f"import secrets, sys; from pathlib import Path; secrets.token_urlsafe = lambda _=0: {secret!r}; "
        f"from flows.demo import run_demo; sys.exit(run_demo(Path({str(tmp_path / 'demo')!r}), {CALL_OFF!r}))"
    )
    told = {name: value for name, value in environment.items() if not name.startswith(("TURNUP_", "PREFECT_"))}
    answer = subprocess.run(
        (sys.executable, "-c", program),
        env=told,
        cwd=CHECKOUT,
        capture_output=True,
        text=True,
        timeout=180,
        check=False,
    )
    assert answer.returncode == 0, answer.stdout + answer.stderr
    assert "Nothing to change: 0 lines pushed." in answer.stdout
    assert "turnup up --home" in answer.stdout
    devices = yaml.safe_load((tmp_path / "demo" / "endpoints.yaml").read_text())
    assert {place["hostname"] for place in devices.values()} == {"127.0.0.1"}
    for name in devices:
        assert "vlan 150" in (tmp_path / "demo" / "devices" / name / "startup-config").read_text()
    assert secret not in answer.stdout + answer.stderr
    assert leaks(secret, (tmp_path,)) == []
