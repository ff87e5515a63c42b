"""Thousands of records are asked and read in so many questions, not in their square: counted, not timed."""

from __future__ import annotations

import json
import re
import secrets
import socket
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType

import pytest

from tests.tasks.devices.on_device_agents import load_agent

REALM, HA1, WRONG = "many.voice.example", "0123456789abcdef" * 2, "f" * 32
EMPTY = Path(__file__).parents[3] / "lab" / "real" / "images" / "kamailio" / "tables"


@pytest.fixture(scope="module")
def kamailio() -> ModuleType:
    return load_agent("kamailio")


@pytest.fixture(scope="module")
def provisioning() -> ModuleType:
    return load_agent("provisioning")


# --- a registrar that loses questions ---------------------------------------------------------------------------------


class Registrar(threading.Thread):
    """Challenges whoever has no nonce of its own, lets in who knows the password, and loses what it is told to lose."""

    def __init__(self, agent: ModuleType, known: set[str], *, loses_every: int = 0, nonces: str = "any") -> None:
        super().__init__(daemon=True)
        self.agent, self.known, self.loses_every, self.nonces = agent, known, loses_every, nonces
        self.line = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.line.bind(("127.0.0.1", 0))
        self.place: tuple[str, int] = self.line.getsockname()
        self.received: Counter[str] = Counter()
        self.given: set[str] = set()

    def run(self) -> None:
        while True:
            request, other = self.line.recvfrom(65535)
            if request == b"end":
                return
            words = request.decode()
            name = re.search(r"Call-ID: (\S+)", words)[1]
            self.received[name] += 1
            loses = self.loses_every and len(self.received) % self.loses_every == 0 and self.received[name] == 1
            if not loses:
                self.line.sendto(self._answer(words, name).encode(), other)

    def _answer(self, words: str, name: str) -> str:
        nonce = re.search(r'nonce="(\w+)"', words)
        user = re.search(r"From: <sip:([^>]+)>", words)[1]
        if nonce and nonce[1] in self.given and self._is_right(words, user, nonce[1]):
            status, more = "200 OK", ""
        else:
            fresh = secrets.token_hex(8)
            self.given.add(fresh)
            status, more = "401 Unauthorized", f'WWW-Authenticate: Digest realm="{REALM}", nonce="{fresh}"\r\n'
        if nonce and self.nonces == "once":
            self.given.discard(nonce[1])
        return f"SIP/2.0 {status}\r\ncall-id: {name}\r\n{more}\r\n"

    def _is_right(self, words: str, user: str, nonce: str) -> bool:
        md5 = self.agent._md5
        expected = md5(f"{HA1}:{nonce}:{md5(f'REGISTER:sip:{REALM}')}")
        return user in self.known and f'response="{expected}"' in words


@contextmanager
def registrar(agent: ModuleType, known: set[str], **words: object) -> Iterator[Registrar]:
    here = Registrar(agent, known, **words)
    here.start()
    try:
        yield here
    finally:
        here.line.sendto(b"end", here.place)
        here.join()
        here.line.close()


@pytest.fixture(scope="module")
def sip(kamailio: ModuleType) -> ModuleType:
    import turnup_kamailio_sip

    return turnup_kamailio_sip


def logins(sip: ModuleType, count: int, known: str = HA1) -> list[object]:
    return [sip.Login(f"{number}@{REALM}", known) for number in range(count)]


def test_a_subscriber_who_is_there_takes_one_question(sip: ModuleType) -> None:
    asked = logins(sip, 500)
    with registrar(sip, {each.address for each in asked}) as here:
        sent = sip.register_all(here.place, asked)
    assert {each.answer for each in asked} == {"200"}
    assert len(here.received) <= 500 + sip.WINDOW, "only the first ones have no nonce yet"
    assert sent == sum(here.received.values())


def test_a_nonce_of_another_question_is_never_the_reason_for_a_no(sip: ModuleType) -> None:
    there, unknown, wrong = logins(sip, 200), sip.Login(f"nobody@{REALM}", HA1), sip.Login(f"7@{REALM}", WRONG)
    with registrar(sip, {each.address for each in there}, nonces="once") as here:
        sip.register_all(here.place, [*there, unknown, wrong])
    assert {each.answer for each in there} == {"200"}
    assert (unknown.answer, wrong.answer) == ("401", "401")
    assert len(here.received) <= 2 * 202


def test_what_is_lost_is_asked_again_and_nobody_there_is_no_answer(
    sip: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sip, "TRY_SECONDS", 1.0)
    asked = logins(sip, 100)
    with registrar(sip, {each.address for each in asked}, loses_every=5) as here:
        sip.register_all(here.place, asked)
    assert {each.answer for each in asked} == {"200"}
    assert max(here.received.values()) > 1, "something was lost"
    monkeypatch.setattr(sip, "TRY_SECONDS", 0.01)
    nobody = logins(sip, 3)
    assert sip.register_all(here.place, nobody) == 3 * sip.TRIES
    assert {each.answer for each in nobody} == {""}
    house = logins(sip, 10 * sip.WINDOW)
    assert sip.register_all(here.place, house) <= 2 * sip.WINDOW * sip.TRIES, "the rest waits for nobody"
    assert {each.answer for each in house} == {""}


# --- tables -----------------------------------------------------------------------------------------------------------


def extensions(agent: ModuleType, count: int) -> tuple[object, ...]:
    """A house with a number for each telephone, and rules for calls out of it."""
    out = r"^(9)?(999|112)$"
    words = [("attrs emergency", "pr 1", r"repl_exp \2", f"subst_exp {out}")]
    found = [agent.Edit("new", f"dialplan 1001 regex {out}", (), words[0])]
    for number in range(count):
        called = f"+44207946{10000 + number}"
        rule = ("attrs extension:many.voice.example", "pr 5", f"repl_exp {2000 + number}")
        place = ("customer 1001", "postcode W1A 1AA", "uprn 1")
        found += [
            agent.Edit("new", f"dialplan 1001 equal {called}", (), rule),
            agent.Edit("new", f"numbers {called}", (), place),
            agent.Edit("new", f"subscriber {number}@{REALM}", (), (f"cli {called}", f"ha1 {HA1}")),
        ]
    return tuple(found)


def counted(monkeypatch: pytest.MonkeyPatch, module: ModuleType, name: str) -> Counter[str]:
    """Count how often something is called."""
    calls: Counter[str] = Counter()
    real = getattr(module, name)

    def call(*words: object) -> object:
        calls[name] += 1
        return real(*words)

    monkeypatch.setattr(module, name, call)
    return calls


def test_a_change_of_tables_reads_each_row_once_however_often_it_is_looked_at(
    kamailio: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    import turnup_kamailio_dialplan
    import turnup_kamailio_tables

    read = counted(monkeypatch, turnup_kamailio_tables, "_row")
    tried = counted(monkeypatch, turnup_kamailio_dialplan, "_fits")
    edits = extensions(kamailio, 400)
    server = kamailio.Kamailio()
    before = json.dumps({table: (EMPTY / table).read_text() for table in turnup_kamailio_tables.SHAPES})
    after = server.edited(before, edits)
    asked = list(kamailio.questions(edits, json.loads(after)))
    turnup_kamailio_dialplan.check_dialplans(edits, json.loads(after)["dialplan"])
    shown = server.show(after)
    back = server.edited(after, tuple(each.inverse() for each in edits))
    assert json.loads(back) == json.loads(before)
    assert shown.count(f"@{REALM}") == 400
    assert len(asked) == 800 + 3
    assert read["_row"] <= len(edits) + 100, "the rows of the candidate, once, and the few of before"
    assert tried["_fits"] <= 3 * len(asked), "one expression for each number that is looked up, not all rules"


# --- files ------------------------------------------------------------------------------------------------------------


def serve(line: socket.socket, ends_after: int) -> None:
    """Answer questions in their order, and end the connection after so many."""
    with line, line.makefile("rb") as incoming:
        for number in range(ends_after):
            first = incoming.readline()
            if not first:
                return
            while incoming.readline() not in (b"\r\n", b""):
                pass
            name = first.split(b" ")[1]
            body = b"of " + name
            last = b"Connection: close\r\n" if number == ends_after - 1 else b""
            status = b"404 Not Found" if b"gone" in name else b"200 OK"
            line.sendall(b"HTTP/1.1 %s\r\nContent-Length: %d\r\n%s\r\n%s" % (status, len(body), last, body))
        line.shutdown(socket.SHUT_WR)
        incoming.read()


def test_files_are_fetched_in_their_order_over_as_few_connections_as_the_server_allows(
    provisioning: ModuleType, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    login = tmp_path / "login"
    login.write_text("phones:secret")
    monkeypatch.setattr(provisioning, "LOGIN", login)
    connections: list[threading.Thread] = []

    def connect(_place: object, _seconds: float) -> socket.socket:
        ours, theirs = socket.socketpair()
        connections.append(threading.Thread(target=serve, args=(theirs, 300), daemon=True))
        connections[-1].start()
        return ours

    class Unsecured:
        @staticmethod
        def wrap_socket(line: socket.socket, server_hostname: str) -> socket.socket:
            assert server_hostname
            return line.dup()

    monkeypatch.setattr(provisioning.socket, "create_connection", connect)
    monkeypatch.setattr(provisioning.ssl, "create_default_context", lambda **_words: Unsecured())
    names = [f"{number:012}.cfg" if number % 9 else f"gone{number}" for number in range(1000)]
    answers = provisioning._fetched(names)
    assert [body.decode() for _, body in answers] == [f"of /{name}" for name in names]
    assert [status for status, _ in answers] == [404 if name.startswith("gone") else 200 for name in names]
    assert len(connections) == 4, "one for each 300, as the server ends them"
    for each in connections:
        each.join(20)
