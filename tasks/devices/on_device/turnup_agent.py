"""What the on-device agents have in common: the protocol, the tokens and the dead-man timer.

A change is armed under a token before it is applied. A token is one file, and its folder is its state: `armed`, then
`confirmed` by the operator, or `fired` and at last `reverted` by the timer. It leaves `armed` by one rename, so either
the confirm or the timer gets it, never both. Tokens lie on disk, not in memory: a restart in between is a revert too.

Standard library only, Python 3.9: this runs on devices. See README.md beside this file for the protocol.
"""

from __future__ import annotations

import argparse
import contextlib
import fcntl
import json
import os
import re
import socket
import subprocess
import sys
import time
import traceback
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Protocol

STATE = Path(os.environ.get("TURNUP_AGENT_STATE", "/var/lib/turnup"))
SERIAL = Path("/etc/turnup/serial")
STATES = ("armed", "fired", "confirmed", "reverted")
TOKEN = re.compile(r"[A-Za-z0-9][A-Za-z0-9-]{0,63}")
LONGEST_SECONDS = 3600
COMMAND_SECONDS = 60
RESTORE_TRIES = 5


class Refused(Exception):
    """The agent does not do what it was asked; its text is one line for the operator."""


class Platform(Protocol):
    """What one platform knows; everything else is the same on all of them."""

    name: str

    def version(self) -> str:
        """Version of the software that forwards."""

    def show(self) -> str:
        """The running configuration in canonical text."""

    def check(self, payload: str) -> None:
        """Judge a change without applying it; Refused says why."""

    def snapshot(self, payload: str) -> str:
        """What `restore` will need, given what came with the arming."""

    def apply(self, payload: str, token: str) -> None:
        """Apply a change; Refused when the device does not show it afterwards."""

    def restore(self, snapshot: str, token: str) -> None:
        """Take the device back; harmless when nothing was applied under the token."""

    def prove(self, snapshot: str) -> None:
        """Before the confirm: Refused when what runs is not what `show` says, given what `snapshot` kept."""

    def save(self) -> str:
        """Make the running configuration survive a restart; says how."""

    def diff(self, payload: str) -> str:
        """Lines that differ between running and a candidate; empty when none."""

    def ask(self, questions: Sequence[str]) -> list[str]:
        """Answer service checks, which only read; Refused when one is not of the kinds that this platform knows."""

    def boot(self, interrupted: Mapping[str, str]) -> None:
        """Bring back what a restart loses; `interrupted` are snapshots of changes nobody confirmed, by token."""


def run(argv: Sequence[str], *, stdin: str = "") -> str:
    """Run a program without a shell and return its output.

    Raises:
        Refused: it fails or takes too long; with its own last words.
    """
    try:
        done = subprocess.run(
            list(argv), input=stdin, capture_output=True, text=True, timeout=COMMAND_SECONDS, check=False
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise Refused(f"{argv[0]}: {error}") from error
    if done.returncode != 0:
        words = " ".join((done.stderr.strip() or done.stdout.strip()).split())
        raise Refused(f"{Path(argv[0]).name}: {words[:400] or f'exit status {done.returncode}'}")
    return done.stdout


# --- tokens -----------------------------------------------------------------------------------------------------------


def _place(state: str, token: str) -> Path:
    return STATE / state / token


def state_of(token: str) -> str:
    """Where a token stands; `unknown` when it never was."""
    return next((state for state in STATES if _place(state, token).exists()), "unknown")


def _take(token: str, target: str) -> bool:
    """Move a token out of `armed`; whoever succeeds has it."""
    try:
        _move(token, "armed", target)
    except FileNotFoundError:
        return False
    return True


def _move(token: str, state: str, target: str) -> None:
    """Give a token another state, which a power cut right after the answer does not undo."""
    _place(state, token).rename(_place(target, token))
    for folder in (STATE / target, STATE / state):
        sync(folder)


def sync(path: Path) -> None:
    """Put a file, or the names in a folder, onto the disk."""
    opened = os.open(path, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)


def _write(path: Path, text: str) -> None:
    """Write a file that is either whole or not there, also after a power cut."""
    scratch = path.parent.parent / f".{path.name}.{os.getpid()}"
    with scratch.open("w") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    scratch.rename(path)
    sync(path.parent)


def _prepare_state() -> None:
    os.umask(0o077)
    for folder in (*STATES, "snapshots"):
        (STATE / folder).mkdir(parents=True, exist_ok=True)


@contextlib.contextmanager
def _locked(name: str) -> Iterator[None]:
    with (STATE / name).open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _alone() -> contextlib.AbstractContextManager[None]:
    """Let one agent at a time change the device."""
    return _locked(".lock")


# --- commands ---------------------------------------------------------------------------------------------------------


def _arm(platform: Platform, token: str, seconds: int, payload: str) -> str:
    if not 1 <= seconds <= LONGEST_SECONDS:
        raise Refused(f"seconds are 1 to {LONGEST_SECONDS}")
    with _alone():
        for state, words in (
            ("armed", "armed already; confirm or revert it"),
            ("fired", "not taken back yet; revert it"),
        ):
            for entry in sorted((STATE / state).iterdir()):
                raise Refused(f"{entry.name} is {words} first")
        if state_of(token) != "unknown":
            raise Refused(f"token {token} was used before ({state_of(token)}); take a new one")
        _write(_place("snapshots", token), platform.snapshot(payload))
        _write(_place("armed", token), json.dumps({"fires_at": time.time() + seconds}))
        _start_timer(token, seconds)
    return f"armed {token}"


def _start_timer(token: str, seconds: int) -> None:
    """Start the timer in a session of its own: it outlives the login that armed it."""
    with (STATE / "agent.log").open("a") as log:
        subprocess.Popen(
            [sys.executable, str(Path(sys.argv[0]).resolve()), "timer", "--token", token, "--seconds", str(seconds)],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
            cwd="/",
        )


def _timer(platform: Platform, token: str, seconds: int) -> str:
    # Counted by the monotonic clock: a device that sets its clock by NTP must not fire early or late.
    fires = time.monotonic() + seconds
    while time.monotonic() < fires:
        if state_of(token) != "armed":
            return f"{token} is {state_of(token)}, nothing to do"
        time.sleep(min(0.5, max(0.01, fires - time.monotonic())))
    if not _take(token, "fired"):
        return f"{token} is {state_of(token)}, nothing to do"
    _restore(platform, token)
    return f"{token} fired and was reverted"


def _restore(platform: Platform, token: str) -> None:
    """Take the device back; who finds it under way waits for its end, and takes up what failed or was killed."""
    with _locked(".restoring"):
        for attempt in range(1, RESTORE_TRIES + 1):
            if state_of(token) != "fired":
                return
            try:
                with _alone():
                    platform.restore(_place("snapshots", token).read_text(), token)
                    _move(token, "fired", "reverted")
            except Refused as error:
                if attempt == RESTORE_TRIES:
                    raise
                print(f"{token}: {error}; trying again", file=sys.stderr, flush=True)
                time.sleep(attempt)


def _apply(platform: Platform, token: str, payload: str) -> str:
    with _alone():
        if state_of(token) != "armed":
            raise Refused(f"{token} is {state_of(token)}, not armed; nothing was applied")
        platform.apply(payload, token)
    return f"applied {token}"


def _confirm(platform: Platform, token: str) -> str:
    if state_of(token) == "armed":
        platform.prove(_place("snapshots", token).read_text())
    if not _take(token, "confirmed"):
        raise Refused(f"{token} is {state_of(token)}, not armed; nothing was confirmed")
    _place("snapshots", token).unlink()
    return f"confirmed {token}"


def _revert(platform: Platform, token: str) -> str:
    is_first = _take(token, "fired")
    _restore(platform, token)
    if state_of(token) != "reverted":
        raise Refused(f"{token} is {state_of(token)}, not armed; nothing was reverted")
    return f"reverted {token}" if is_first else f"{token} had fired; the device is reverted"


def _status() -> str:
    entries = [
        {"token": path.name, "state": state, "seconds_left": _seconds_left(path) if state == "armed" else 0}
        for state in STATES
        for path in sorted((STATE / state).iterdir())
    ]
    return json.dumps(entries)


def _seconds_left(path: Path) -> int:
    # The token may leave while we look.
    with contextlib.suppress(FileNotFoundError):
        return max(0, round(float(json.loads(path.read_text())["fires_at"]) - time.time()))
    return 0


def _boot(platform: Platform) -> str:
    """After a restart no timer runs any more: what was armed is taken back now."""
    interrupted = sorted(entry.name for state in ("armed", "fired") for entry in (STATE / state).iterdir())
    for token in interrupted:
        _take(token, "fired")
    with _alone():
        platform.boot({token: _place("snapshots", token).read_text() for token in interrupted})
        for token in interrupted:
            _move(token, "fired", "reverted")
    return f"reverted {' '.join(interrupted)}" if interrupted else "nothing was armed"


def _identity(platform: Platform) -> str:
    serial = SERIAL.read_text().strip() if SERIAL.exists() else ""
    if not serial:
        raise Refused(f"no serial number in {SERIAL}")
    known = {"hostname": socket.gethostname(), "serial": serial, "platform": platform.name}
    return json.dumps({**known, "version": platform.version()})


# --- command line -----------------------------------------------------------------------------------------------------


def _arguments(program: str) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog=program, description="Turnup's agent on this device.")
    verbs = parser.add_subparsers(dest="verb", required=True)
    for verb in ("identity", "show", "check", "diff", "save", "status", "boot", "ask"):
        known = verbs.add_parser(verb)
        if verb in ("check", "ask"):
            known.add_argument("--size", type=int)
    for verb in ("apply", "confirm", "revert", "arm", "timer"):
        known = verbs.add_parser(verb)
        known.add_argument("--token", required=True)
        if verb in ("arm", "timer"):
            known.add_argument("--seconds", type=int, required=True)
        if verb in ("apply", "arm"):
            known.add_argument("--size", type=int)
    return parser.parse_args()


def _answer(platform: Platform, asked: argparse.Namespace) -> str:
    if "token" in asked and not TOKEN.fullmatch(asked.token):
        raise Refused("a token is letters, digits and hyphens, at most 64")
    takes_payload = asked.verb in ("check", "diff", "arm", "apply", "ask")
    payload = sys.stdin.read() if takes_payload else ""
    _check_size(payload, getattr(asked, "size", None))
    answers: dict[str, Callable[[], str]] = {
        "identity": lambda: _identity(platform),
        "show": lambda: platform.show().rstrip("\n"),
        "check": lambda: _checked(platform, payload),
        "diff": lambda: platform.diff(payload).rstrip("\n"),
        "save": lambda: platform.save(),
        "ask": lambda: json.dumps(platform.ask(payload.splitlines())),
        "status": _status,
        "boot": lambda: _boot(platform),
        "arm": lambda: _arm(platform, asked.token, asked.seconds, payload),
        "timer": lambda: _timer(platform, asked.token, asked.seconds),
        "apply": lambda: _apply(platform, asked.token, payload),
        "confirm": lambda: _confirm(platform, asked.token),
        "revert": lambda: _revert(platform, asked.token),
    }
    return answers[str(asked.verb)]()


def _check_size(payload: str, size: int | None) -> None:
    """A session that ends in the middle ends the input too: a part of a candidate would take the rest away."""
    received = len(payload.encode())
    if size is not None and received != size:
        raise Refused(f"{received} of {size} bytes arrived; nothing was done")


def _checked(platform: Platform, payload: str) -> str:
    platform.check(payload)
    return "checked"


def main(platform: Platform) -> int:
    """Answer one question on standard output; complain in one line on standard error."""
    program = Path(sys.argv[0]).name
    asked = _arguments(program)
    try:
        _prepare_state()
        answer = _answer(platform, asked)
    except Refused as error:
        print(f"{program}: {error}", file=sys.stderr)
        return 1
    except Exception:  # noqa: BLE001 - an agent that dies without a word helps nobody
        words = traceback.format_exc().strip().splitlines()
        print(f"{program}: {asked.verb}: unexpected: {words[-1]} ({words[-3].strip()})", file=sys.stderr)
        return 1
    if answer:
        print(answer)
    return 0
