"""Many devices in one process, on an event loop in a thread of its own."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Coroutine
from pathlib import Path
from types import TracebackType
from typing import Any, TypeVar

import asyncssh

from lab.simulated.device import Device
from lab.simulated.faults import Fault, Reboot, Unreachable
from lab.simulated.server import Endpoint
from lab.simulated.spec import DeviceSpec

_KEY_KIND = "ssh-ed25519"
_LONGEST_SECONDS = 60.0

T = TypeVar("T")


class Fleet:
    """Simulated devices that answer SSH on 127.0.0.1 while the `with` block lasts.

    Args:
        devices: what to run; names are unique.
        minute_seconds: how many seconds a minute of the revert timer lasts; 60 is real time.
        answer_delay: seconds before the answer to each line.
        state_dir: folder to keep configurations and host keys in between processes; none by default.

    Raises:
        ValueError: two devices have one name.
    """

    def __init__(
        self,
        devices: tuple[DeviceSpec, ...],
        *,
        minute_seconds: float = 60.0,
        answer_delay: float = 0.0,
        state_dir: Path | None = None,
    ) -> None:
        names = [spec.name for spec in devices]
        if len(set(names)) != len(names):
            raise ValueError(f"device names must be unique: {', '.join(sorted(names))}")
        self._answer_delay = answer_delay
        self._endpoints: dict[str, Endpoint] = {}
        for spec in devices:
            folder = state_dir / spec.name if state_dir else None
            device = Device(spec, minute_seconds, answer_delay, folder)
            self._endpoints[spec.name] = Endpoint(device, _host_key(folder))
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="simulated-devices", daemon=True)

    def __enter__(self) -> Fleet:
        self._thread.start()
        self._wait(self._listen_all())
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._wait(self._close_all())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(_LONGEST_SECONDS)
        self._loop.close()

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the devices, in the order given."""
        return tuple(self._endpoints)

    def port(self, name: str) -> int:
        """TCP port of a device on 127.0.0.1."""
        return self._endpoints[name].port

    def host_key(self, name: str) -> str:
        """Public host key of a device, as a known_hosts file has it: `ssh-ed25519 AAAA...`."""
        return self._endpoints[name].key.export_public_key().decode().strip()

    def running_config(self, name: str) -> str:
        """What the device runs, from `version` to `end`."""
        return self._on_loop(lambda: self._device(name).configuration_text())

    def startup_config(self, name: str) -> str:
        """What the device would boot from."""
        return self._on_loop(lambda: self._device(name).startup)

    def lines_received(self, name: str) -> tuple[str, ...]:
        """The configuration lines that were typed, comments, `end` and `exit` left out."""
        return self._on_loop(lambda: tuple(self._device(name).lines_received))

    def commands_received(self, name: str) -> tuple[str, ...]:
        """The commands that were typed outside configuration mode."""
        return self._on_loop(lambda: tuple(self._device(name).commands_received))

    def revert_is_pending(self, name: str) -> bool:
        """Whether a change on the device waits for its confirmation."""
        return self._on_loop(lambda: self._device(name).revert.is_pending)

    def open_sessions(self, name: str) -> tuple[str, ...]:
        """Names of the configuration sessions that nobody committed; none where there is no such thing."""
        return self._on_loop(lambda: self._device(name).revert.open_sessions)

    def end_revert_timer(self, name: str) -> None:
        """Let the minutes of a device's revert timer be over now; does nothing when none runs."""
        self._on_loop(lambda: self._device(name).revert.fire())

    def arm_as_another_operator(self, name: str, user: str, minutes: int = 30) -> None:
        """Let another operator start the device's revert timer."""
        self._on_loop(lambda: self._device(name).revert.arm(minutes, user))

    def log_lines(self, name: str) -> tuple[str, ...]:
        """The device's logging buffer."""
        return self._on_loop(lambda: tuple(self._device(name).log))

    def type_as_another_operator(
        self, name: str, lines: tuple[str, ...], *, user: str = "console", address: str = ""
    ) -> None:
        """Change the running configuration behind everybody's back; `lines_received` does not count it.

        Args:
            name: the device.
            lines: configuration lines.
            user: who the device's log says it was.
            address: where he came from; none: he sits at the console port.

        Raises:
            lab.simulated.grammar.Refusal: the device does not take a line; earlier ones stay applied.
        """
        self._on_loop(lambda: self._device(name).type_lines(lines, user, address))

    def inject(self, name: str, fault: Fault) -> None:
        """Let something go wrong from now on; `Reboot` and `Unreachable` happen at once."""
        self._on_loop(lambda: self._inject(name, fault))

    def clear_faults(self, name: str) -> None:
        """Let everything go well again; an unreachable device comes back."""
        self._device(name).faults.clear()
        self._wait(self._endpoints[name].listen())

    def reset(self, name: str, *, minute_seconds: float = 60.0) -> None:
        """Put a device back to how the fleet found it: its faults, what it received and what it saved are forgotten."""
        self._on_loop(lambda: self._device(name).drop_sessions())
        self.clear_faults(name)
        self._on_loop(lambda: self._device(name).start_anew(minute_seconds, self._answer_delay))

    def set_minute(self, name: str, seconds: float) -> None:
        """Say how long a minute of a device's revert timer lasts from now on."""
        self._device(name).minute_seconds = seconds

    def set_answer_delay(self, name: str, seconds: float) -> None:
        """Say how long a device takes to answer each line from now on."""
        self._device(name).answer_delay = seconds

    def set_link(self, name: str, other: str, *, up: bool) -> None:
        """Let what is at the other end of an interface, or has an address, come or go: a peer, an access point."""
        self._on_loop(lambda: self._device(name).links.update({other: up}))

    def change_host_key(self, name: str) -> None:
        """Let a device show another host key from now on, as after the loss of its flash; sessions end."""
        endpoint = self._endpoints[name]
        endpoint.key = asyncssh.generate_private_key(_KEY_KIND)
        self._on_loop(endpoint.close)
        self._wait(endpoint.listen())

    def stop(self, name: str) -> None:
        """Take a device away for good."""
        self._on_loop(self._endpoints[name].close)

    def _device(self, name: str) -> Device:
        return self._endpoints[name].device

    def _inject(self, name: str, fault: Fault) -> None:
        endpoint = self._endpoints[name]
        device = endpoint.device
        if isinstance(fault, Reboot):
            endpoint.restart(fault.seconds)
            return
        device.lines_before_fault = len(device.lines_received)
        device.faults.append(fault)
        if isinstance(fault, Unreachable):
            endpoint.close()

    async def _listen_all(self) -> None:
        for endpoint in self._endpoints.values():
            await endpoint.listen()

    async def _close_all(self) -> None:
        for endpoint in self._endpoints.values():
            endpoint.device.revert.forget()
            endpoint.close()
        others = asyncio.all_tasks() - {asyncio.current_task()}
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)

    def _wait(self, work: Coroutine[Any, Any, T]) -> T:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(_LONGEST_SECONDS)

    def _on_loop(self, ask: Callable[[], T]) -> T:
        async def asked() -> T:
            return ask()

        return self._wait(asked())


def _host_key(folder: Path | None) -> asyncssh.SSHKey:
    kept = folder / "host-key" if folder else None
    if kept and kept.exists():
        return asyncssh.read_private_key(kept)
    key = asyncssh.generate_private_key(_KEY_KIND)
    if kept:
        kept.write_bytes(key.export_private_key())
        kept.chmod(0o600)
    return key
