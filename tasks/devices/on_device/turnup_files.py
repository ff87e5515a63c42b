"""What every server has in common that is configured by a file which it reads again when told to.

The file is shared: others edit it too. A change is a list of edits of single records; every other byte stays. It is
checked by the server's own program, put in place by one rename, loaded, and then the **running server is asked**: one
that silently kept its old data would else look changed. A server program says what its records are (`Server`).

Standard library only, Python 3.9: this runs on devices. See README.md beside this file for the protocol.
"""

from __future__ import annotations

import base64
import contextlib
import functools
import hashlib
import json
import os
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Protocol

from turnup_agent import Refused, sync

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
        before = self._read()
        edits = self._edits(payload, before)
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
        before = self._read()
        edits = self._edits(payload, before)
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
        kept = json.loads(snapshot)
        edits = self._edits(kept["edits"], base64.b64decode(kept["before"]))
        if left := self._left(edits):
            raise Refused(f"{self.path} does not have the change: {_few(left)}")
        if wrong := self.server.wrong_answers(edits, _text(self._read())):
            raise Refused(f"the running server answers otherwise: {_few(wrong)}")

    def save(self) -> str:
        """The rename has put it on the disk already."""
        return "saved"

    def diff(self, payload: str) -> str:
        """Items still to add or delete."""
        return "\n".join(self._left(self._edits(payload, self._read())))

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

    def _edits(self, payload: str, _before: bytes) -> tuple[Edit, ...]:
        """What came over the wire, given the file that it is about."""
        return edits_of(payload)

    def _shown(self, item: str) -> str:
        """An item of an edit as the server shows it."""
        return item

    def _left(self, edits: tuple[Edit, ...]) -> list[str]:
        """What of the edits is not in the file, one word of it a line."""
        lines = _items(self.server.show(_text(self._read())))
        add = [(edit.record, self._shown(item)) for edit in edits for item in edit.add]
        remove = [(edit.record, self._shown(item)) for edit in edits for item in edit.remove]
        return [
            *(f"add: {record} / {item}" for record, item in add if (record, item) not in lines),
            *(f"delete: {record} / {item}" for record, item in remove if (record, item) in lines),
        ]

    def _put_back(self, snapshot: str) -> tuple[Edit, ...]:
        """Take the edits out of the file: to the byte, or record by record where others edited it meanwhile."""
        kept = json.loads(snapshot)
        before, now = base64.b64decode(kept["before"]), self._read()
        edits = self._edits(kept["edits"], before)
        if now == before:
            return edits
        if now == self._with(edits, before):
            self._replace(now, before)
        elif back := self._way_back(edits, now):
            self._replace(now, _bytes(self.server.edited(_text(now), back)))
        return edits

    def _with(self, edits: tuple[Edit, ...], before: bytes) -> bytes | None:
        """A file with the edits; none where they do not fit, so that they were never made."""
        with contextlib.suppress(Refused):
            return _bytes(self.server.edited(_text(before), edits))
        return None

    def _way_back(self, edits: tuple[Edit, ...], now: bytes) -> tuple[Edit, ...]:
        """The edits that take out what is left of some, and put back what is not there: others may have edited both."""
        records: dict[str, set[str]] = {}
        for record, item in _items(self.server.show(_text(now))):
            records.setdefault(record, set()).add(item)
        back = []
        for edit in reversed(edits):
            there = records.get(edit.record, set())
            remove = tuple(item for item in edit.add if self._shown(item) in there)
            add = tuple(item for item in edit.remove if self._shown(item) not in there)
            others = there.difference(map(self._shown, edit.add))
            state = {"new": "kept" if others else "gone", "gone": "kept" if there else "new"}.get(edit.state, "kept")
            if (there or state == "new") and (remove or add):
                back.append(Edit(state, edit.record, remove, add))
        return tuple(back)

    def _judge(self, text: str) -> None:
        with self._beside(_bytes(text)) as candidate:
            self.server.check(candidate)

    def _beside(self, content: bytes) -> contextlib.AbstractContextManager[Path]:
        return beside(self.path, content)

    def _replace(self, before: bytes, after: bytes) -> None:
        """Put a new file in the place of the one that was read, by one rename."""
        with self._beside(after) as scratch:
            if _hash(self._read()) != _hash(before):
                raise Refused(f"somebody else edits {self.path} at this moment; nothing was written")
            scratch.rename(self.path)
            sync(self.path.parent)

    def _load(self, edits: tuple[Edit, ...]) -> None:
        """Tell the server to read the file until it answers by it; Refused when it keeps answering otherwise."""
        wrong: list[str] = []
        for attempt in range(RELOAD_TRIES):
            if attempt:
                time.sleep(self.server.reload_seconds)
                self._touch()
            self.server.reload()
            wrong = self._wrong_after(edits, SETTLE_SECONDS)
            if not wrong:
                return
        raise Refused(f"the server did not take the file that it was told to read: {_few(wrong)}")

    def _touch(self) -> None:
        _mark_as_new(self.path, self.path.stat().st_mtime)

    def _wrong_after(self, edits: tuple[Edit, ...], seconds: float) -> list[str]:
        deadline = time.monotonic() + seconds
        while True:
            time.sleep(0.05)
            wrong = self.server.wrong_answers(edits, _text(self._read()))
            if not wrong or time.monotonic() > deadline:
                return wrong


@contextlib.contextmanager
def beside(path: Path, content: bytes) -> Iterator[Path]:
    """A file in the same folder with the same owner and mode; gone afterwards unless it was renamed."""
    scratch = path.parent / f".{path.name}.turnup-{os.getpid()}"
    try:
        like = path.stat()
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


Texts = dict[Path, str]
"""What stands in each file of a server."""


class SecretiveServer(Protocol):
    """What one server program knows whose records are in several files, and whose secrets never leave it.

    A secret is shown by a fingerprint; an item that goes comes without it, and is the one that the file has.
    """

    name: str
    reload_seconds: float

    def paths(self) -> tuple[Path, ...]:
        """The files of this server that hold records."""

    def version(self) -> str:
        """Version of the program."""

    def show(self, text: str, path: Path) -> str:
        """The records of one file in canonical text."""

    def file_of(self, record: str, texts: Texts) -> Path:
        """The file in which a record is, or would be; Refused when there is none."""

    def shown(self, item: str) -> str:
        """An item as `show` prints it: its secret by the fingerprint."""

    def whole_item(self, record: str, item: str, text: str) -> str:
        """An item that came without its secret, with the one that the file has; as it is where there is none."""

    def edited(self, text: str, edits: tuple[Edit, ...]) -> str:
        """One file with the edits made; Refused when a record is not as the edit expects."""

    def check(self, candidates: Mapping[Path, Path]) -> None:
        """Let the server's own program judge what shall come into the places of files; Refused in its words."""

    def reload(self) -> None:
        """Tell the running server to read its files again; it may not do so."""

    def ask(self, questions: Sequence[str]) -> list[str]:
        """Answer service checks, in their order."""

    def can_ask(self, edits: tuple[Edit, ...], texts: Texts) -> bool:
        """Whether the answer of the running server can tell that it has read these files with these edits."""

    def wrong_answers(self, edits: tuple[Edit, ...], texts: Texts) -> list[str]:
        """Ask the running server for the edited records: how its answers differ from what the files say."""


class _AllFiles:
    """A server with several files as one with a single text: JSON, path to content."""

    path = Path("/")

    def __init__(self, server: SecretiveServer) -> None:
        self.server = server
        self.name, self.reload_seconds = server.name, server.reload_seconds
        self.version, self.reload, self.ask = server.version, server.reload, server.ask

    def show(self, text: str) -> str:
        return "\n".join(filter(None, (self.server.show(each, path) for path, each in texts_of(text).items())))

    def edited(self, text: str, edits: tuple[Edit, ...]) -> str:
        texts = texts_of(text)
        for path, each in self.by_file(edits, texts).items():
            texts[path] = self.server.edited(texts[path], each)
        return _json_of(texts)

    def by_file(self, edits: tuple[Edit, ...], texts: Texts) -> dict[Path, tuple[Edit, ...]]:
        """The edits of each file."""
        found: dict[Path, list[Edit]] = {}
        for edit in edits:
            path = _real(self.server.file_of(edit.record, texts))
            if path not in texts:
                raise Refused(f"{edit.record} belongs into {path}, and there is no such file")
            found.setdefault(path, []).append(edit)
        return {path: tuple(each) for path, each in found.items()}

    def check(self, candidate: Path) -> None:
        """Files are judged together: see `SharedFiles`."""

    def can_ask(self, edits: tuple[Edit, ...], text: str) -> bool:
        return self.server.can_ask(edits, texts_of(text))

    def wrong_answers(self, edits: tuple[Edit, ...], text: str) -> list[str]:
        return self.server.wrong_answers(edits, texts_of(text))


class SharedFiles(SharedFile):
    """The agent's questions, answered for a server with several files and secrets of its own."""

    def __init__(self, server: SecretiveServer) -> None:
        self.files = _AllFiles(server)
        self.secretive = server
        super().__init__(self.files)

    def _read(self) -> bytes:
        # Beside a link there is another folder: the rename has to happen in the file's own.
        return _bytes(_json_of({path: _text(_content(path)) for path in self._paths()}))

    def _paths(self) -> tuple[Path, ...]:
        return tuple(path.resolve() for path in self.secretive.paths())

    def _touch(self) -> None:
        for path in self._paths():
            _mark_as_new(path, path.stat().st_mtime)

    def _edits(self, payload: str, before: bytes) -> tuple[Edit, ...]:
        texts = texts_of(_text(before))
        return tuple(edit if edit.state == "new" else self._whole(edit, texts) for edit in edits_of(payload))

    def _whole(self, edit: Edit, texts: Texts) -> Edit:
        text = texts.get(_real(self.secretive.file_of(edit.record, texts)), "")
        return replace(edit, remove=tuple(self.secretive.whole_item(edit.record, item, text) for item in edit.remove))

    def _shown(self, item: str) -> str:
        return self.secretive.shown(item)

    def _judge(self, text: str) -> None:
        with self._all_beside(texts_of(_text(self._read())), texts_of(text)) as candidates:
            self.secretive.check(candidates)

    @contextlib.contextmanager
    def _all_beside(self, before: Texts, after: Texts) -> Iterator[dict[Path, Path]]:
        """The new texts in files beside those that they are for."""
        with contextlib.ExitStack() as opened:
            changed = (path for path in after if after[path] != before.get(path))
            yield {path: opened.enter_context(beside(path, _bytes(after[path]))) for path in changed}

    def _replace(self, before: bytes, after: bytes) -> None:
        """Put new files in the places of those that were read, each by one rename."""
        former, coming = texts_of(_text(before)), texts_of(_text(after))
        with self._all_beside(former, coming) as scratches:
            for path in scratches:
                if _hash(_content(path)) != _hash(_bytes(former[path])):
                    raise Refused(f"somebody else edits {path} at this moment; nothing was written")
            for path, scratch in scratches.items():
                scratch.rename(path)
                sync(path.parent)


@functools.cache
def _real(path: Path) -> Path:
    """Where a file really is; beside a link there is another folder."""
    return path.resolve()


def texts_of(text: str) -> Texts:
    """Read the single text of several files."""
    return {Path(path): each for path, each in json.loads(text).items()}


def _json_of(texts: Texts) -> str:
    return json.dumps({str(path): each for path, each in sorted(texts.items())})


def _content(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise Refused(f"{path}: {error.strerror}") from error


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
