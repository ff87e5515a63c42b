"""Logins: connect to a device, check its key, learn how it prompts, and say what stands in the way."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterator
from typing import Any

from netmiko import BaseConnection
from netmiko.exceptions import NetmikoAuthenticationException, NetmikoBaseException
from paramiko import SSHException

from tasks.credentials import resolve
from tasks.devices.command_lines import COMMAND_LINES
from tasks.devices.connection import CONNECTIONS
from tasks.devices.session import Session, Target
from tasks.devices.transcript import Transcript
from turnup.errors import LoginRefused, Unreachable, WrongDevice

CONNECT_SECONDS = 15.0
"""How long each step of a login may take."""

_NO_VERDICT = "Authentication timeout"
"""What Paramiko says when a login was neither accepted nor refused."""


@contextlib.contextmanager
def open_session(
    target: Target,
    read_list: tuple[re.Pattern[str], ...] | None = None,
    opening: tuple[str, ...] = (),
    transcript: Transcript | None = None,
) -> Iterator[Session]:
    """Connect to a device, check its key, log in, and close when done.

    Args:
        target: where it is and who it has to be.
        read_list: patterns of the only commands that may be sent; none: anything may.
        opening: commands that will be asked first, in this order; they are sent at once.
        transcript: records what is said, if somebody wants to keep it.

    Raises:
        CredentialMissing: a reference does not resolve.
        Unreachable: no connection.
        LoginRefused: the device does not accept the credentials.
        WrongDevice: the device shows another key than the one that is recorded.
    """
    session = Session(target, _connect(target), read_list, transcript=transcript or Transcript())
    session.transcript.begin_session(str(session.connection.password), str(session.connection.secret))
    try:
        _begin(session)
        if opening:
            session.ask_ahead(*opening)
        yield session
    finally:
        # A dead connection cannot say goodbye, and has no need to.
        with contextlib.suppress(Exception):
            session.connection.paramiko_cleanup()


def _begin(session: Session) -> None:
    """Learn the prompt where there is one, and become privileged where the login is not."""
    target = session.target
    if target.platform not in COMMAND_LINES:
        return
    session.prepare(CONNECT_SECONDS)
    may_enable = target.enable and COMMAND_LINES[target.platform].has_enable
    if may_enable and not session.is_privileged and not session.enable(str(session.connection.secret)):
        raise LoginRefused(
            target.name,
            f"`enable` to take {target.enable}",
            "no privileged prompt",
            "Check the enable secret behind the reference of the inventory.",
        )


def _connect(target: Target) -> BaseConnection:
    options: dict[str, Any] = {
        "host_key": target.host_key,
        "device_type": str(target.platform),
        "host": target.hostname,
        "port": target.port,
        "username": resolve(target.username).get_secret_value(),
        "password": resolve(target.password).get_secret_value(),
        "secret": resolve(target.enable).get_secret_value() if target.enable else "",
        "conn_timeout": CONNECT_SECONDS,
        "auth_timeout": CONNECT_SECONDS,
        "banner_timeout": CONNECT_SECONDS,
        "ssh_strict": True,
        "system_host_keys": not target.host_key,
        "allow_agent": False,
        "fast_cli": False,
    }
    try:
        return CONNECTIONS[target.platform](**options)
    except NetmikoAuthenticationException as error:
        if _NO_VERDICT in str(error):
            raise _why_not_connected(target, error) from _without_secrets(error)
        raise LoginRefused(
            target.name,
            f"{target.hostname}:{target.port} to accept {target.username}",
            "login refused",
            "Check the credentials behind the references of the inventory.",
        ) from _without_secrets(error)
    except (NetmikoBaseException, SSHException, OSError, EOFError, ValueError) as error:
        raise _why_not_connected(target, error) from _without_secrets(error)


def _cause(words: str) -> str:
    """The first line that tells a cause: Netmiko puts one that ends in a colon before what Paramiko said."""
    lines = [line.strip().rstrip(".") for line in words.splitlines() if line.strip()]
    return next((line for line in lines if not line.endswith(":")), lines[0] if lines else "")


def _why_not_connected(target: Target, error: Exception) -> Unreachable | WrongDevice:
    place = f"{target.hostname}:{target.port}"
    words = str(error)
    if "Host key for server" in words or "not found in known_hosts" in words:
        return WrongDevice(
            target.name,
            f"the host key recorded for {place}",
            "another key, or none recorded",
            "Find out whether the device was replaced; then record its new key.",
        )
    return Unreachable(
        target.name,
        f"an SSH connection to {place}",
        _cause(words) or type(error).__name__,
        "Check power, path and address; run the same command again.",
    )


def _without_secrets(error: Exception) -> Exception:
    """Drop the frames of a library's error: their locals hold the password."""
    return error.with_traceback(None)
