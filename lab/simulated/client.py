"""A client that types at a device as a person or a program would, and shows all that comes back."""

from __future__ import annotations

import asyncio
import contextlib

import asyncssh

from lab.simulated.server import HOST


async def type_at(port: int, text: str, *, until: str, username: str, password: str, seconds: float = 5.0) -> str:
    """Log in, type a text at once, and read until some words come back or the session ends.

    Returns what came up to those words; without them at its end the session was over before.

    Args:
        port: the device's port on 127.0.0.1.
        text: everything that is typed, newlines included.
        until: words to wait for; a comment line at the end of the text comes back as its own echo.
        username: login name.
        password: login password.
        seconds: how long to wait for each part of the answer.

    Raises:
        asyncssh.Error: the login is refused.
        TimeoutError: nothing came for that long.
    """
    async with asyncssh.connect(
        HOST,
        port,
        username=username,
        password=password,
        known_hosts=None,
        config=None,
        client_keys=None,
        agent_path=None,
    ) as connection:
        process = await connection.create_process(term_type="vt100", encoding="utf-8")
        process.stdin.write(text)
        answer = ""
        with contextlib.suppress(asyncssh.ConnectionLost):
            while until not in answer:
                part = await asyncio.wait_for(process.stdout.read(65536), seconds)
                if not part:
                    break
                answer += part
        before, found, _ = answer.partition(until)
        return before + found
