"""SIP questions to a server, many under way at once: each repeated until it is answered, none that changes anything.

Standard library only, Python 3.9: this runs on devices. Sources: RFC 3261 (10.2.3, 17.1.2); RFC 2617.
"""

from __future__ import annotations

import hashlib
import re
import secrets
import socket
import time
from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

WINDOW = 64
"""Questions under way: as many as fit well into a socket's buffer at the other end."""
TRIES, TRY_SECONDS = 4, 2.0


@dataclass
class Login:
    """A question in the name of a subscriber: what he is called, and what his password makes (HA1, RFC 2617).

    `answer` is the status of the last answer; empty when there is none. A nonce that another question was given may be
    used; only an answer to a nonce of its own counts for a no.
    """

    address: str
    ha1: str
    answer: str = ""
    own_nonce: bool = False
    name: str = ""
    request: bytes = b""
    tries: int = 0
    repeat_at: float = 0.0

    def ask(self, here: str, nonce: str) -> bytes:
        """A REGISTER without Contact: it only asks which telephones are his (RFC 3261, 10.2.3)."""
        realm = self.address.partition("@")[2]
        words = f"REGISTER sip:{realm}"
        self.name, self.tries = secrets.token_hex(8), 0
        self.request = request_of(
            words, self.address, here, self.name, self._authorization(realm, nonce) if nonce else ""
        )
        return self.request

    def _authorization(self, realm: str, nonce: str) -> str:
        response = _md5(f"{self.ha1}:{nonce}:{_md5(f'REGISTER:sip:{realm}')}")
        user = self.address.partition("@")[0]
        words = f'username="{user}", realm="{realm}", nonce="{nonce}", uri="sip:{realm}", response="{response}"'
        return f"Authorization: Digest {words}\r\n"


@dataclass
class Registrar:
    """A socket towards a registrar, and what is under way on it.

    Attributes:
        in_vain: how many questions were given up since the last answer came.
    """

    line: socket.socket
    nonce: str = ""
    sent: int = 0
    in_vain: int = 0
    under_way: dict[str, Login] = field(default_factory=dict)

    def ask_all(self, logins: Iterable[Login]) -> None:
        """Ask until each is answered, or was repeated often enough.

        Where a whole window stays without an answer, nobody is there: the others are not asked, for a revert waits.
        """
        left = deque(logins)
        while left or self.under_way:
            while left and len(self.under_way) < WINDOW:
                login = left.popleft()
                self._send(login, self.nonce)
            self._listen()
            self._repeat()
            if self.in_vain >= WINDOW:
                left.clear()

    def _send(self, login: Login, nonce: str) -> None:
        host, port = self.line.getsockname()
        login.ask(f"{host}:{port}", nonce)
        self.under_way[login.name] = login
        self._send_again(login)

    def _send_again(self, login: Login) -> None:
        login.tries += 1
        login.repeat_at = time.monotonic() + TRY_SECONDS
        self.sent += 1
        try:
            self.line.send(login.request)
        except OSError:  # the other end was not there for the last one; nobody answers this one either
            return

    def _listen(self) -> None:
        """Take what comes until something is due again."""
        due = min(each.repeat_at for each in self.under_way.values())
        self.line.settimeout(max(0.001, due - time.monotonic()))
        try:
            answer = self.line.recv(65535).decode("utf-8", "replace")
        except OSError:
            time.sleep(0.01)
            return
        called = re.search(r"(?mi)^(?:Call-ID|i)[ \t]*:[ \t]*([0-9a-f]+)@turnup", answer)
        status = answer.split(" ")[1] if answer.startswith("SIP/2.0 ") else ""
        if called and called.group(1) in self.under_way and not status.startswith("1"):
            self._answered(self.under_way.pop(called.group(1)), status, answer)

    def _answered(self, login: Login, status: str, answer: str) -> None:
        login.answer, self.in_vain = status, 0
        nonce = re.search(r'nonce="([^"]+)"', answer)
        if nonce:
            self.nonce = nonce.group(1)
        if nonce and not login.own_nonce:
            login.own_nonce = True
            self._send(login, nonce.group(1))

    def _repeat(self) -> None:
        now = time.monotonic()
        for login in [each for each in self.under_way.values() if each.repeat_at <= now]:
            if login.tries >= TRIES:
                login.answer = ""
                self.in_vain += 1
                del self.under_way[login.name]
            else:
                self._send_again(login)


def register_all(place: tuple[str, int], logins: Sequence[Login]) -> int:
    """Ask a registrar in the name of each subscriber; gives how many requests it took."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as line:
        line.connect(place)
        registrar = Registrar(line)
        registrar.ask_all(logins)
        return registrar.sent


def options(place: tuple[str, int], gateway: str) -> str:
    """The status that a gateway gives to OPTIONS (RFC 3261, 11); empty when it gives none."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as line:
        line.settimeout(TRY_SECONDS)
        name = secrets.token_hex(8)
        for _ in range(2):
            try:
                line.connect(place)
                here = "{}:{}".format(*line.getsockname())
                line.send(request_of(f"OPTIONS {gateway}", f"turnup@{place[0]}", here, name, ""))
                while f"{name}@turnup" not in (answer := line.recv(65535).decode("utf-8", "replace")):
                    pass
            except OSError:
                continue
            return answer.split(" ")[1]
    return ""


def request_of(words: str, address: str, here: str, name: str, authorization: str) -> bytes:
    """A request outside of any dialogue, known by its Call-ID."""
    return (
        f"{words} SIP/2.0\r\nVia: SIP/2.0/UDP {here};branch=z9hG4bK{name}\r\n"
        f"Max-Forwards: 2\r\nFrom: <sip:{address}>;tag={name}\r\nTo: <sip:{address}>\r\nCall-ID: {name}@turnup\r\n"
        f"CSeq: 1 {words.split(maxsplit=1)[0]}\r\n{authorization}Content-Length: 0\r\n\r\n"
    ).encode()


def _md5(text: str) -> str:
    return hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()
