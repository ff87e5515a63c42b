"""asyncssh without anything, and scrapli over it."""

from __future__ import annotations

import asyncio
import re
from typing import Any

from benchmarks.push.peers.job import LOGIN, PASSWORD, PUSHED, READ, SAVE, Places


def raw(places: Places) -> None:
    """Asyncssh without anything: a block, and the marker that ends it."""
    import asyncssh

    async def one(place: dict[str, Any]) -> None:
        where = {"username": LOGIN, "password": PASSWORD, "known_hosts": None}
        async with (
            asyncssh.connect("127.0.0.1", place["port"], encryption_algs=["aes128-gcm@openssh.com"], **where) as it,
            it.create_process(term_type="vt100") as session,
        ):
            for number, lines in enumerate(_exchanges()):
                session.stdin.write("".join(f"{line}\n" for line in (*lines, f"!end-{number}")))
                await session.stdout.readuntil(re.compile(rf"!end-{number}\r\n\S+#"))

    async def all_of_them() -> None:
        await asyncio.gather(*(one(place) for place in places))

    asyncio.run(all_of_them())


def _exchanges() -> tuple[tuple[str, ...], ...]:
    block = ("configure terminal", *PUSHED, "end")
    return ("terminal length 0", READ), block, (SAVE, READ)


def scrapli(places: Places) -> None:
    """Scrapli over asyncssh, all at once."""
    from scrapli.driver.core import AsyncIOSXEDriver  # type: ignore[import-not-found]

    login = {"auth_username": LOGIN, "auth_password": PASSWORD, "auth_strict_key": False, "transport": "asyncssh"}

    async def one(place: dict[str, Any]) -> None:
        async with AsyncIOSXEDriver(host="127.0.0.1", port=place["port"], **login) as session:
            await session.send_command(READ)
            await session.send_configs(PUSHED)
            await session.send_command(SAVE)
            await session.send_command(READ)

    async def all_of_them() -> None:
        await asyncio.gather(*(one(place) for place in places))

    asyncio.run(all_of_them())
