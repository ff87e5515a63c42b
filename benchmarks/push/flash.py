"""The files of a neutral device: what NAPALM copies there, looks at and loads; and the other end of `scp -t`."""

from __future__ import annotations

import hashlib
from collections.abc import Callable

SYSTEM = "flash:"
_BYTES, _FREE = 11_353_194_496, 8_211_296_256


class Flash:
    """A file system without folders.

    Attributes:
        files: what is in each, by name.
    """

    def __init__(self) -> None:
        self.files: dict[str, bytes] = {}

    def keep(self, place: str, content: bytes) -> None:
        """Write a file at a place such as `flash:/merge_config.txt`."""
        self.files[_name(place)] = content

    def read(self, place: str) -> str | None:
        """What is in a file; none if there is no such file."""
        content = self.files.get(_name(place))
        return None if content is None else content.decode()

    def listed(self, place: str) -> str:
        """Answer `dir`."""
        name = _name(place)
        if name and name not in self.files:
            return _absent(place)
        rows = (
            f"{number:5}  -rw-  {len(content):14}  Nov 25 2026 10:00:00 +00:00  {each}\n"
            for number, (each, content) in enumerate(self.files.items(), start=1)
            if name in ("", each)
        )
        return f"Directory of {SYSTEM}/{name}\n\n{''.join(rows)}\n{_BYTES} bytes total ({_FREE} bytes free)\n"

    def digest(self, place: str) -> str:
        """Answer `verify /md5`."""
        content = self.files.get(_name(place))
        if content is None:
            return _absent(place)
        dots = "." * (len(content) // 8192 + 1)
        return f"{dots}Done!\nverify /md5 ({place}) = {hashlib.md5(content, usedforsecurity=False).hexdigest()}\n"


def _name(place: str) -> str:
    return place.removeprefix(SYSTEM).lstrip("/")


def _absent(place: str) -> str:
    return f"%Error opening {place} (No such file or directory)\n"


class Sink:
    """Takes files as `scp -t` does.

    Args:
        keep: given each file that came whole.
    """

    GO_ON = b"\0"

    def __init__(self, keep: Callable[[bytes], None]) -> None:
        self._keep = keep
        self._came = b""
        self._size: int | None = None

    def take(self, came: bytes) -> bytes:
        """Take what came; gives what is answered."""
        self._came += came
        answers = b""
        while (answer := self._step()) is not None:
            answers += answer
        return answers

    def _step(self) -> bytes | None:
        if self._size is None:
            header, found, rest = self._came.partition(b"\n")
            if not found:
                return None
            self._came = rest
            self._size = int(header.split()[1]) if header.startswith(b"C") else None
            return self.GO_ON
        if len(self._came) <= self._size:
            return None
        self._keep(self._came[: self._size])
        self._came, self._size = self._came[self._size + 1 :], None
        return self.GO_ON
