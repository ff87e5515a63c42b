"""The ledger on each database that it may live in: an SQLite file, and a PostgreSQL server of the tests' own."""

from __future__ import annotations

import itertools
import multiprocessing
import os
import pwd
import shutil
import signal
import sqlite3
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tasks.keys import load_or_make_key
from tasks.ledger import (
    Approval,
    ApprovalKind,
    Ledger,
    LineRecord,
    LineState,
    LotCommitment,
    OutcomeRecord,
    RevisionRecord,
    TranscriptPart,
    new_intention,
)
from turnup.allocation import Allocation
from turnup.canonical import canonical_bytes, text_hash
from turnup.plan import Plan

FRAMEWORK = "LDN-NET-2026"
BACKENDS = ("sqlite", "postgresql")
SERVER_PASSWORD = "the-password-of-the-server-9W"
START = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)


@dataclass
class Cluster:
    """A PostgreSQL server that listens on a Unix socket in a private folder only."""

    folder: Path
    numbers: Iterator[int] = field(default_factory=itertools.count)

    def url(self, database: str, login: str = "turnup") -> str:
        return f"postgresql+psycopg://{login}@/{database}?host={self.folder}"

    def create(self) -> str:
        name = f"ledger{next(self.numbers)}"
        self.execute(f"CREATE DATABASE {name}")
        return name

    def drop(self, name: str) -> None:
        self.execute(f"DROP DATABASE {name} WITH (FORCE)")

    def execute(self, statement: str) -> None:
        import psycopg

        with psycopg.connect(host=str(self.folder), user="turnup", dbname="postgres", autocommit=True) as connection:
            connection.execute(statement.encode())


def _programs() -> Path:
    """Folder of PostgreSQL's server programs; Debian keeps it off the PATH."""
    on_path = shutil.which("initdb")
    places = [
        *sorted(Path("/usr/lib/postgresql").glob("*/bin")),
        *([Path(on_path).resolve().parent] if on_path else []),
    ]
    whole = [place for place in places if (place / "initdb").is_file() and (place / "postgres").is_file()]
    if not whole:
        pytest.skip("PostgreSQL's initdb is not installed (Debian: package postgresql)")
    return whole[-1]


def _unprivileged() -> dict[str, Any]:
    """As whom the server runs: it refuses to run as root."""
    if os.geteuid() != 0:
        return {}
    for name in ("postgres", "nobody"):
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": []}
    pytest.skip("PostgreSQL does not run as root, and there is neither a user postgres nor nobody")
    return {}


@pytest.fixture(scope="session", autouse=True)
def key_of_the_ledgers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """One key for all ledgers here: beside a server there is no place for one."""
    reference = f"file:{tmp_path_factory.mktemp('key') / 'ledger.key'}"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TURNUP_KEY", reference)
        load_or_make_key(reference)
        yield reference


@pytest.fixture(autouse=True)
def key(device_credentials: None, key_of_the_ledgers: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The settings that were taken away from the test, with this one."""
    monkeypatch.setenv("TURNUP_KEY", key_of_the_ledgers)


@pytest.fixture(scope="session")
def cluster() -> Iterator[Cluster]:
    """A throw-away PostgreSQL for the tests of this process; stopped by its own process id."""
    pytest.importorskip("psycopg", reason="psycopg, the driver of PostgreSQL, is not installed")
    programs, login = _programs(), _unprivileged()
    folder = Path(tempfile.mkdtemp(prefix="turnup-pg-"))  # short, for a socket's path; not in tmp_path, which is root's
    if login:
        os.chown(folder, login["user"], login["group"])
    try:
        _initialise(programs, folder, login)
        server = _start(programs, folder, login)
        try:
            yield _wait_for(server, folder)
        finally:
            server.send_signal(signal.SIGINT)  # fast shutdown
            server.wait(60)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _initialise(programs: Path, folder: Path, login: dict[str, Any]) -> None:
    words = ("-D", folder / "data", "-U", "turnup", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync")
    made = subprocess.run(
        (programs / "initdb", *words), cwd=folder, capture_output=True, text=True, check=False, **login
    )
    assert made.returncode == 0, made.stderr
    rules = folder / "data" / "pg_hba.conf"
    rules.write_text("local all locked scram-sha-256\n" + rules.read_text())


def _start(programs: Path, folder: Path, login: dict[str, Any]) -> subprocess.Popen[bytes]:
    settings = ("listen_addresses=", "fsync=off", "shared_buffers=16MB", "max_connections=60")
    options = [word for setting in settings for word in ("-c", setting)]
    with (folder / "log").open("wb") as log:
        return subprocess.Popen(
            (programs / "postgres", "-D", folder / "data", "-k", folder, *options),
            cwd=folder,
            stdout=log,
            stderr=log,
            start_new_session=True,
            **login,
        )


def _wait_for(server: subprocess.Popen[bytes], folder: Path) -> Cluster:
    import psycopg

    cluster, last = Cluster(folder), time.monotonic() + 60
    while True:
        try:
            cluster.execute(f"CREATE ROLE locked LOGIN PASSWORD '{SERVER_PASSWORD}'")
        except psycopg.OperationalError:
            assert server.poll() is None, (folder / "log").read_text()
            assert time.monotonic() < last, (folder / "log").read_text()
            time.sleep(0.05)
        else:
            return cluster


@pytest.fixture
def server_password() -> str:
    """Password of the server's login `locked`, the only one that has to give one."""
    return SERVER_PASSWORD


@dataclass(frozen=True)
class Tampering:
    """Somebody with full rights on the database, who goes around Turnup and around the database's own rules."""

    place: str

    def __call__(self, statement: str, *values: Any) -> int:
        """Run a statement; gives how many rows it changed."""
        if "://" not in self.place:
            with closing(sqlite3.connect(self.place)) as connection, connection:
                connection.execute("DROP TRIGGER IF EXISTS events_no_update")
                connection.execute("DROP TRIGGER IF EXISTS events_no_delete")
                return connection.execute(statement, values).rowcount
        import psycopg

        with psycopg.connect(self.place.replace("+psycopg", "")) as connection:
            connection.execute("SET session_replication_role = replica")
            return connection.execute(statement.replace("?", "%s").encode(), values).rowcount


@dataclass
class Clock:
    """A clock that goes on when it is told to."""

    time: datetime = START

    def __call__(self) -> datetime:
        return self.time

    def go_on(self, **span: float) -> None:
        self.time += timedelta(**span)


@pytest.fixture
def clock() -> Clock:
    """The ledger's clock."""
    return Clock()


@pytest.fixture(params=BACKENDS)
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """Where a new ledger may be made: on SQLite and on PostgreSQL, so that the same tests run on both."""
    if request.param == "sqlite":
        yield str(tmp_path / "ledger" / "ledger.db")
        return
    cluster: Cluster = request.getfixturevalue("cluster")
    name = cluster.create()
    yield cluster.url(name)
    cluster.drop(name)


@pytest.fixture
def open_ledger(clock: Clock) -> Iterator[Callable[[str], Ledger]]:
    """Open ledgers on the test's clock; closes them in the end."""
    opened: list[Ledger] = []

    def open_one(place: str) -> Ledger:
        opened.append(Ledger(place, clock))
        return opened[-1]

    yield open_one
    for each in opened:
        each.close()


@pytest.fixture
def ledger(place: str, open_ledger: Callable[[str], Ledger]) -> Ledger:
    """A new ledger, on each database."""
    return open_ledger(place)


@pytest.fixture
def tamper(place: str) -> Tampering:
    """Go around Turnup."""
    return Tampering(place)


# What is in a ledger


def revision_record(reference: str = "LBHF-2026-0042", revision: int = 1, content: str = "") -> RevisionRecord:
    """A revision of a call-off with a content of its own."""
    words = content or canonical_bytes({"reference": reference, "revision": revision}).decode()
    author = "category-manager@lbhf.example"
    return RevisionRecord(reference, revision, FRAMEWORK, "LBHF", author, text_hash(words), words, START)


def record_call_off(ledger: Ledger, reference: str = "LBHF-2026-0042", revision: int = 1, pence: int = 1000) -> None:
    """Record a call-off of some value."""
    ledger.orders.record(
        revision_record(reference, revision),
        (LotCommitment(reference, "LOT-1", pence, pence),),
        "clerk@supplier.example",
    )


def approval_record(
    ledger: Ledger, reference: str = "LBHF-2026-0042", revision: int = 1, plan: Plan | None = None
) -> Approval:
    """An approval, of a call-off or of a plan, with a signature that nobody looks at here."""
    head = ledger.head()
    statement = revision_record(reference, revision).content
    kind, subject = ApprovalKind.CALL_OFF, text_hash(statement)
    if plan is not None:
        statement = canonical_bytes({"plan_hash": plan.hash, "ledger_head": head}).decode()
        kind, subject = ApprovalKind.PLAN, plan.hash
    return Approval(
        reference,
        revision,
        kind,
        subject,
        signatory="director-of-resources@lbhf.example",
        fingerprint="SHA256:0000",
        signature="-----BEGIN SSH SIGNATURE-----",
        statement=statement,
        ledger_head=head,
        at=START,
        expires_at=START + timedelta(days=90),
    )


def approve(ledger: Ledger, reference: str = "LBHF-2026-0042", revision: int = 1, plan: Plan | None = None) -> None:
    """Record an approval; the value is not looked at."""
    approval = approval_record(ledger, reference, revision, plan)
    ledger.orders.approve(approval, FRAMEWORK, lambda _commitments: None, approval.signatory)


def plan_taking(*allocations: Allocation, reference: str = "LBHF-2026-0042", revision: int = 1) -> Plan:
    """A plan that changes no device and takes some values."""
    digest = revision_record(reference, revision).content_hash
    return Plan(reference, revision, digest, "LBHF", "LBHF", (), (), (), (), allocations, ())


def vlan(number: int, holder: str = "LBHF-2026-0042/L1", key: str = "segment:STAFF") -> Allocation:
    """A VLAN of the library."""
    return Allocation("vlan/HF-LIB-01", str(number), holder, key)


LINE = LineRecord(
    id="LBHF-2026-0042/L1",
    reference="LBHF-2026-0042",
    revision=1,
    site="HF-LIB-01",
    service="lan",
    product="LAN-SITE",
    state=LineState.DESIGNED,
    lead_time_working_days=15,
)


def outcome_record(plan_hash: str, device: str = "HF-LIB-01-SW1", outcome: str = "changed") -> OutcomeRecord:
    """What happened to a switch of the library."""
    return OutcomeRecord("LBHF-2026-0042", plan_hash, 1, "HF-LIB-01", device, outcome, "as planned", 42, "[]", START)


def push(ledger: Ledger, plan_hash: str, device: str = "HF-LIB-01-SW1", token: str = "t1", change: Any = None) -> None:
    """What one push writes to the ledger: the intention, its stages, the outcome, and what is owned with a change."""
    from dataclasses import replace

    intention = new_intention(device, "HF-LIB-01", plan_hash, token, "hostname before\n")
    ledger.devices.intend(intention, "hostname before\n", "engineer@supplier.example")
    for stage in ("armed", "applied", "confirming"):
        ledger.devices.advance(replace(intention, stage=stage), "engineer@supplier.example")
    record = outcome_record(plan_hash, device)
    ledger.devices.finish(record, change, close=True, after="hostname after\n", actor="engineer@supplier.example")


def push_and_tell(ledger: Ledger, plan_hash: str, change: Any = None) -> None:
    """What a push writes that keeps its transcript too: a part with its stages, the rest with its outcome."""
    from dataclasses import replace

    actor, switch = "engineer@supplier.example", "HF-LIB-01-SW1"
    parts = [TranscriptPart(switch, "HF-LIB-01", plan_hash, 1, number, f"part {number}\n") for number in (1, 2, 3)]
    intention = new_intention(switch, "HF-LIB-01", plan_hash, "t1", "hostname before\n")
    ledger.devices.intend(intention, "hostname before\n", actor, attempt=1, said=parts[0])
    ledger.devices.advance(replace(intention, stage="armed"), actor, said=parts[1])
    ledger.devices.advance(replace(intention, stage="applied"), actor)
    record = outcome_record(plan_hash, switch)
    ledger.devices.finish(record, change, close=True, after="hostname after\n", actor=actor, said=parts[2])


# Other processes


@dataclass
class Processes:
    """Processes that do something at once, and what each of them says in the end."""

    context: Any = field(default_factory=lambda: multiprocessing.get_context("fork"))

    def at_once(self, what: Callable[..., Any], *arguments: tuple[Any, ...]) -> list[Any]:
        """Call a function in one process for each tuple of arguments, all let go at one moment.

        Gives what each returned, or the error that it raised, in their order.
        """
        barrier, answers = self.context.Barrier(len(arguments)), self.context.SimpleQueue()
        running = [
            self.context.Process(target=_call, args=(what, words, number, barrier, answers), daemon=True)
            for number, words in enumerate(arguments)
        ]
        for each in running:
            each.start()
        for each in running:
            each.join(120)
            assert each.exitcode == 0, f"a process ended with {each.exitcode}"
        found = dict(answers.get() for _ in running)
        return [found[number] for number in range(len(running))]

    def start(self, what: Callable[..., Any], *words: Any) -> Any:
        """Start a function in a process of its own, which is ended with the test's process at the latest."""
        process = self.context.Process(target=what, args=words, daemon=True)
        process.start()
        return process


def _call(what: Callable[..., Any], words: tuple[Any, ...], number: int, barrier: Any, answers: Any) -> None:
    barrier.wait(60)
    try:
        answers.put((number, what(*words)))
    except Exception as error:  # noqa: BLE001
        answers.put((number, f"{type(error).__name__}: {error}"))


@pytest.fixture
def processes() -> Processes:
    """Other processes on the same ledger."""
    return Processes()


@dataclass(frozen=True)
class Entries:
    """What tests put into ledgers."""

    revision_record = staticmethod(revision_record)
    record_call_off = staticmethod(record_call_off)
    approval_record = staticmethod(approval_record)
    approve = staticmethod(approve)
    plan_taking = staticmethod(plan_taking)
    vlan = staticmethod(vlan)
    outcome_record = staticmethod(outcome_record)
    push = staticmethod(push)
    push_and_tell = staticmethod(push_and_tell)
    line = LINE
    framework = FRAMEWORK


@pytest.fixture(scope="session")
def entries() -> Entries:
    """What tests put into ledgers."""
    return Entries()
