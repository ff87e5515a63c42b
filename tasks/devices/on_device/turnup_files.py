"""What every server has in common that is configured by a file which it reads again when told to.

The file is shared: others edit it too. A change is a list of edits of single records; every other byte stays. It is
checked by the server's own program, put in place by one rename, loaded, and then the **running server is asked**: one
that silently kept its old data would else look changed. A server program says what its records are (`Server`).

Standard library only, Python 3.9: this runs on devices. See README.md beside this file for the protocol.
"""

from __future__ import annotations

import base64
import contextlib
import hashlib
import json
import os
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from turnup_agent import Refused

RELOAD_TRIES = 2
SETTLE_SECONDS = 1.5


@dataclass(frozen=True)
class Edit:
    """What happens to one record; its items go and come one by one.

    `state` is `new` (it must not be there), `gone` (it must hold the items that go and no others) or `kept`.
    """

    state: str
    record: str
    remove: tuple[str, ...]
    add: tuple[str, ...]

    def inverse(self) -> Edit:
        """The edit that takes it back."""
        return Edit({"new": "gone", "gone": "new"}.get(self.state, self.state), self.record, self.add, self.remove)


class Server(Protocol):
    """What one server program knows of its file; everything else is the same for all of them."""

    name: str
    path: Path
    reload_seconds: float

    def version(self) -> str:
        """Version of the program."""

    def show(self, text: str) -> str:
        """The records of a file in canonical text."""

    def edited(self, text: str, edits: tuple[Edit, ...]) -> str:
        """The file with the edits made; Refused when a record is not as the edit expects."""

    def check(self, candidate: Path) -> None:
        """Let the server's own program judge a file; Refused in its words."""

    def reload(self) -> None:
        """Tell the running server to read its file again; it may not do so."""

    def can_ask(self, edits: tuple[Edit, ...], text: str) -> bool:
        """Whether the answer of the running server can tell that it has read this file with these edits."""

    def ask(self, questions: Sequence[str]) -> list[str]:
        """Put questions to the running server; Refused when one is none that it knows."""

    def wrong_answers(self, edits: tuple[Edit, ...], text: str) -> list[str]:
        """Ask the running server for the edited records: how its answers differ from what a file says."""


class SharedFile:
    """The agent's questions, answered for a server that reads a shared file."""

    def __init__(self, server: Server) -> None:
        self.server = server
        self.name = server.name
        # Beside a link there is another folder: the rename has to happen in the file's own.
        self.path = server.path.resolve()

    def version(self) -> str:
        """Version of the server program."""
        return self.server.version()

    def show(self) -> str:
        """The records of the file."""
        return self.server.show(_text(self._read()))

    def check(self, payload: str) -> None:
        """Judge the file with the edits, and make sure that the running server can prove them."""
        edits, before = edits_of(payload), self._read()
        after = self.server.edited(_text(before), edits)
        self._judge(after)
        if not self.server.can_ask(edits, after):
            raise Refused("no answer of the running server could prove this change")
        # A server that does not answer now is found before anything is written.
        if wrong := self.server.wrong_answers(tuple(edit.inverse() for edit in edits), _text(before)):
            raise Refused(f"the running server does not have what {self.path} says: {_few(wrong)}")

    def snapshot(self, payload: str) -> str:
        """The whole file, and the edits: what came in between by others must not go with ours."""
        edits_of(payload)
        return json.dumps({"before": base64.b64encode(self._read()).decode(), "edits": payload})

    def apply(self, payload: str, _token: str) -> None:
        """Check the file as it is now, put it in place, and make the server take it."""
        edits, before = edits_of(payload), self._read()
        after = self.server.edited(_text(before), edits)
        self._judge(after)
        self._replace(before, _bytes(after))
        self._load(edits)

    def restore(self, snapshot: str, _token: str) -> None:
        """Take the edits out of the file, and make the server answer as before."""
        edits = self._put_back(snapshot)
        back = tuple(edit.inverse() for edit in edits)
        if self.server.wrong_answers(back, _text(self._read())):
            self._load(back)

    def prove(self, snapshot: str) -> None:
        """Before the confirm: the file still has the edits, and the running server answers by them."""
        edits = edits_of(json.loads(snapshot)["edits"])
        if left := self._left(edits):
            raise Refused(f"{self.path} does not have the change: {_few(left)}")
        if wrong := self.server.wrong_answers(edits, _text(self._read())):
            raise Refused(f"the running server answers otherwise: {_few(wrong)}")

    def save(self) -> str:
        """The rename has put it on the disk already."""
        return "saved"

    def diff(self, payload: str) -> str:
        """Items still to add or delete."""
        return "\n".join(self._left(edits_of(payload)))

    def ask(self, questions: Sequence[str]) -> list[str]:
        """Put service checks to the running server."""
        return self.server.ask(questions)

    def boot(self, interrupted: Mapping[str, str]) -> None:
        """The image calls this before it starts the server: the file is enough."""
        for snapshot in interrupted.values():
            self._put_back(snapshot)

    # --- the file ---

    def _read(self) -> bytes:
        try:
            return self.path.read_bytes()
        except OSError as error:
            raise Refused(f"{self.path}: {error.strerror}") from error

    def _left(self, edits: tuple[Edit, ...]) -> list[str]:
        """What of the edits is not in the file, one word of it a line."""
        lines = _items(self.server.show(_text(self._read())))
        add = [(edit.record, item) for edit in edits for item in edit.add]
        remove = [(edit.record, item) for edit in edits for item in edit.remove]
        return [
            *(f"add: {record} / {item}" for record, item in add if (record, item) not in lines),
            *(f"delete: {record} / {item}" for record, item in remove if (record, item) in lines),
        ]

    def _put_back(self, snapshot: str) -> tuple[Edit, ...]:
        """Take the edits out of the file: to the byte, or record by record where others edited it meanwhile."""
        kept = json.loads(snapshot)
        edits, before, now = edits_of(kept["edits"]), base64.b64decode(kept["before"]), self._read()
        if now != before and not _is_undone(self._left(edits), edits):
            after = _bytes(self.server.edited(_text(before), edits))
            back = tuple(edit.inverse() for edit in reversed(edits))
            self._replace(now, before if now == after else _bytes(self.server.edited(_text(now), back)))
        return edits

    def _judge(self, text: str) -> None:
        with self._beside(_bytes(text)) as candidate:
            self.server.check(candidate)

    @contextlib.contextmanager
    def _beside(self, content: bytes) -> Iterator[Path]:
        """A file in the same folder with the same owner and mode; gone afterwards unless it was renamed."""
        scratch = self.path.parent / f".{self.path.name}.turnup-{os.getpid()}"
        try:
            like = self.path.stat()
            with scratch.open("wb") as file:
                os.fchmod(file.fileno(), like.st_mode & 0o7777)
                os.fchown(file.fileno(), like.st_uid, like.st_gid)
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            _mark_as_new(scratch, like.st_mtime)
            yield scratch
        except OSError as error:
            raise Refused(f"{scratch}: {error.strerror}") from error
        finally:
            scratch.unlink(missing_ok=True)

    def _replace(self, before: bytes, after: bytes) -> None:
        """Put a new file in the place of the one that was read, by one rename."""
        with self._beside(after) as scratch:
            if _hash(self._read()) != _hash(before):
                raise Refused(f"somebody else edits {self.path} at this moment; nothing was written")
            scratch.rename(self.path)
            folder = os.open(self.path.parent, os.O_RDONLY)
            try:
                os.fsync(folder)
            finally:
                os.close(folder)

    def _load(self, edits: tuple[Edit, ...]) -> None:
        """Tell the server to read the file until it answers by it; Refused when it keeps answering otherwise."""
        wrong: list[str] = []
        for attempt in range(RELOAD_TRIES):
            if attempt:
                time.sleep(self.server.reload_seconds)
                _mark_as_new(self.path, self.path.stat().st_mtime)
            self.server.reload()
            wrong = self._wrong_after(edits, SETTLE_SECONDS)
            if not wrong:
                return
        raise Refused(f"the server did not take the file that it was told to read: {_few(wrong)}")

    def _wrong_after(self, edits: tuple[Edit, ...], seconds: float) -> list[str]:
        deadline = time.monotonic() + seconds
        while True:
            time.sleep(0.05)
            wrong = self.server.wrong_answers(edits, _text(self._read()))
            if not wrong or time.monotonic() > deadline:
                return wrong


def _mark_as_new(path: Path, former: float) -> None:
    """Give a file a second of its own: servers that look at its time take two files of one second for the same."""
    seconds = max(int(time.time()), int(former)) + 1
    os.utime(path, (seconds, seconds))


def edits_of(payload: str) -> tuple[Edit, ...]:
    """Read the wire form: a JSON array `[state, record, items that go, items that come]` a line."""
    edits = []
    for line in filter(str.strip, payload.splitlines()):
        try:
            state, record, remove, add = json.loads(line)
            edits.append(Edit(state, record, tuple(remove), tuple(add)))
        except (ValueError, TypeError) as error:
            raise Refused(f"not an edit: {line[:100]!r}") from error
    if not edits:
        raise Refused("no edit was given")
    return tuple(edits)


def _is_undone(left: list[str], edits: tuple[Edit, ...]) -> bool:
    """Whether nothing of the edits is in the file: all that would come is missing, all that would go is there."""
    return len(left) == sum(len(edit.add) + len(edit.remove) for edit in edits)


def _items(shown: str) -> set[tuple[str, str]]:
    found, record = set(), ""
    for line in shown.splitlines():
        if line.startswith(" "):
            found.add((record, line.strip()))
        else:
            record = line
    return found


def _text(content: bytes) -> str:
    """Any bytes there and back."""
    return content.decode("utf-8", "surrogateescape")


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogateescape")


def _hash(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _few(words: list[str], most: int = 4) -> str:
    more = f"; and {len(words) - most} more" if len(words) > most else ""
    return "; ".join(words[:most]) + more
