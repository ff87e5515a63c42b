"""The SSH side of a device: a listener, logins, sessions."""

from __future__ import annotations

import asyncio
from typing import Any

import asyncssh

from lab.simulated.device import Device
from lab.simulated.faults import RefuseLogin, SlowLogin
from lab.simulated.terminal import Terminal

HOST = "127.0.0.1"
"""The only address that is ever listened on."""


class Login(asyncssh.SSHServer):
    """One connection: checks the password and opens sessions."""

    def __init__(self, device: Device) -> None:
        self._device = device
        self._user = ""

    def begin_auth(self, username: str) -> bool:
        """A password is always needed."""
        self._user = username
        return True

    def password_auth_supported(self) -> bool:
        """Passwords are the only way in."""
        return True

    async def validate_password(self, username: str, password: str) -> bool:
        """Check name and password, as slowly as the device is told to be."""
        slow = self._device.fault(SlowLogin)
        await asyncio.sleep(slow.seconds if slow else self._device.spec.login_delay)
        spec = self._device.spec
        return not self._device.fault(RefuseLogin) and (username, password) == (spec.username, spec.password)

    def session_requested(self) -> Any:
        """Open a terminal session."""
        return Terminal(self._device, self._user)


class Endpoint:
    """The listener of one device: comes and goes on the same port.

    Args:
        device: the device.
        key: its host key.
    """

    def __init__(self, device: Device, key: asyncssh.SSHKey) -> None:
        self.device = device
        self.key = key
        self.port = device.spec.port
        self._listener: asyncssh.SSHAcceptor | None = None
        self._connections: set[asyncssh.SSHServerConnection] = set()
        self._returning: asyncio.Task[None] | None = None
        self._opening = asyncio.Lock()
        device.restart = self.restart
        device.reach = self.reach

    async def listen(self) -> None:
        """Accept connections; who asks while it is being opened waits until it is."""
        async with self._opening:
            if self._listener is None:
                self._listener = await self._open()
                self.port = self._listener.get_port()

    async def _open(self) -> asyncssh.SSHAcceptor:
        return await asyncssh.listen(
            HOST,
            self.port,
            server_factory=lambda: Login(self.device),
            acceptor=self._connections.add,
            server_host_keys=[self.key],
            line_editor=False,
            errors="replace",
            gss_host=None,
            login_timeout=300,
            server_version=self.device.system.ssh_version,
        )

    def close(self) -> None:
        """Accept none, and end those that are open."""
        if self._returning:
            self._returning.cancel()
            self._returning = None
        if self._listener is not None:
            self._listener.close()
            self._listener = None
        self.device.drop_sessions()
        for connection in tuple(self._connections):
            connection.abort()
        self._connections.clear()

    def restart(self, seconds: float) -> None:
        """Go away, boot from the startup configuration, come back after some seconds."""
        self.close()
        self.device.boot()
        self._returning = asyncio.get_running_loop().create_task(self._return(seconds))

    def reach(self, reachable: bool) -> None:
        """Let the network find the device, or not."""
        if not reachable:
            self.close()
        elif self._listener is None and self._returning is None:
            self._returning = asyncio.get_running_loop().create_task(self._return(0))

    async def _return(self, seconds: float) -> None:
        await asyncio.sleep(seconds)
        self._returning = None
        await self.listen()
