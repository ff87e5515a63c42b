"""What Turnup owns on each device, and what of others it has taken over there."""

from __future__ import annotations

import json

from sqlalchemy import ColumnElement, Connection, and_, delete, insert, select

from tasks.ledger.records import OwnedPlace
from tasks.ledger.schema import owned, takeovers
from tasks.ledger.store import Store
from turnup.canonical import text_hash
from turnup.change.device_change import DeviceChange
from turnup.change.ownership import OwnedConfig, Takeover
from turnup.change.platforms.language import Path
from turnup.fragments import Fragment
from turnup.scalars import DeviceName
from turnup.sites import Platform


class OwnershipBook:
    """The fragments that are in force on devices, service line by service line."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def on(self, device: str) -> OwnedConfig:
        """What Turnup applied to a device and has not ceased."""
        fragments = select(owned).where(owned.c.device == device).order_by(owned.c.service_line)
        taken = select(takeovers).where(takeovers.c.device == device).order_by(takeovers.c.path)
        with self._store.reading() as connection:
            return OwnedConfig(
                tuple(
                    Fragment(row.service_line, DeviceName(row.device), Platform(row.platform), row.text)
                    for row in connection.execute(fragments)
                ),
                tuple(Takeover(tuple(json.loads(row.path)), row.former) for row in connection.execute(taken)),
            )

    def places(self, reference: str = "") -> tuple[OwnedPlace, ...]:
        """Where service lines have configuration in force: those of a call-off or of a site's baseline, or all."""
        query = select(owned.c.device, owned.c.service_line, owned.c.platform).order_by(owned.c.device)
        if reference:
            query = query.where(owned.c.service_line.startswith(f"{reference}/", autoescape=True))
        with self._store.reading() as connection:
            return tuple(
                OwnedPlace(DeviceName(row.device), row.service_line, Platform(row.platform))
                for row in connection.execute(query)
            )

    def record(self, connection: Connection, change: DeviceChange, plan_hash: str) -> None:
        """Record that a change is in force: its fragments are ours, what it ceased is not any more."""
        for line in (*change.ceased, *(fragment.service_line for fragment in change.fragments)):
            connection.execute(delete(owned).where(owned.c.device == change.device, owned.c.service_line == line))
        for fragment in change.fragments:
            connection.execute(
                insert(owned).values(
                    device=change.device,
                    service_line=fragment.service_line,
                    platform=fragment.platform,
                    text=fragment.text,
                    plan_hash=plan_hash,
                )
            )
        for path in change.released:
            connection.execute(delete(takeovers).where(_is_at(change.device, path)))
        for takeover in change.takeovers:
            self._take_over(connection, change.device, takeover)

    def _take_over(self, connection: Connection, device: str, takeover: Takeover) -> None:
        """Remember what stood there first; recording it again changes nothing."""
        where = _is_at(device, takeover.path)
        if connection.execute(select(takeovers.c.former).where(where)).first() is None:
            words = json.dumps(takeover.path)
            connection.execute(
                insert(takeovers).values(device=device, path_hash=text_hash(words), path=words, former=takeover.former)
            )


def _is_at(device: str, path: Path) -> ColumnElement[bool]:
    return and_(takeovers.c.device == device, takeovers.c.path_hash == text_hash(json.dumps(path)))
