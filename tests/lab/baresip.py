"""baresip as a telephone or a room in a namespace of the lab, and what the registrar knows of it."""

from __future__ import annotations

import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from lab.real.lab import Lab
from lab.real.namespaces import LabFailed

SBC, REALM = "LON-SBC-01", "wcc.voice.example"
CONTROL = ["kamcmd", "-s", "unix:/run/kamailio/kamailio_ctl"]
PATIENCE = 90.0


@contextmanager
def running(lab: Lab, host: str, folder: Path, config: str, accounts: str, *words: str) -> Iterator[None]:
    """Run a baresip with its files in a folder that is there; what it says is in the folder's `log`.

    Args:
        lab: where it stands.
        host: in which namespace.
        folder: takes its files.
        config: its configuration, with `{folder}` and `{modules}` in the place of both.
        accounts: whom it registers as, one a line.
        words: of its command line.
    """
    modules = next(path for path in Path("/usr/lib").rglob("baresip/modules"))
    (folder / "config").write_text(config.format(folder=folder, modules=modules))
    (folder / "contacts").touch()
    (folder / "accounts").write_text(accounts)
    with (folder / "log").open("w") as log:
        process = subprocess.Popen(
            [*lab.inside(host), "baresip", "-f", str(folder), *words],
            stdin=subprocess.PIPE,  # it ends when nobody can type any more
            stdout=log,
            stderr=log,
        )
        try:
            yield
        finally:
            process.send_signal(signal.SIGTERM)
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def wait_for(what: str, holds: Callable[[], bool]) -> None:
    """Look until something holds."""
    deadline = time.monotonic() + PATIENCE
    while not holds():
        assert time.monotonic() < deadline, what
        time.sleep(0.2)


def registered(lab: Lab, number: str) -> bool:
    """Whether somebody has registered as a number."""
    try:
        return "Contact" in lab.run(SBC, [*CONTROL, "ul.lookup", "location", f"s:{number}@{REALM}"])
    except LabFailed:
        return False
