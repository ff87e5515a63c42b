"""What Turnup owns on each device, and what of others it has taken over there."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

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

OWNED, ENDED = "configuration.owned", "configuration.ended"
TAKEN_OVER, GIVEN_BACK = "takeover.begun", "takeover.ended"
"""Events of what Turnup has on a device, and of what of others it stands in the place of."""


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

    def plans_on(self, device: str) -> tuple[tuple[str, str], ...]:
        """The service lines in force on a device, each with the hash of the plan that put it there last."""
        query = select(owned.c.service_line, owned.c.plan_hash).where(owned.c.device == device)
        with self._store.reading() as connection:
            rows = connection.execute(query.order_by(owned.c.service_line))
            return tuple((row.service_line, row.plan_hash) for row in rows)

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

    def record(self, connection: Connection, change: DeviceChange, plan_hash: str, actor: str) -> None:
        """Record that a change is in force: its fragments are ours, what it ceased is not any more."""
        for line in change.ceased:
            gone = connection.execute(delete(owned).where(_is_of(change.device, line)))
            if gone.rowcount:
                self._store.append(connection, actor, ENDED, change.device, {"service_line": line})
        for fragment in change.fragments:
            self._own(connection, fragment, plan_hash, actor)
        for path in change.released:
            if connection.execute(delete(takeovers).where(_is_at(change.device, path))).rowcount:
                body = {"path_hash": _path_hash(path)}
                self._store.append(connection, actor, GIVEN_BACK, change.device, body)
        for takeover in change.takeovers:
            self._take_over(connection, change.device, takeover, actor)

    def adopt(
        self, device: str, fragments: Iterable[Fragment], takeovers: Iterable[Takeover], evidence: str, actor: str
    ) -> None:
        """Record that what stands on a device already is ours.

        Args:
            device: the device.
            fragments: what becomes ours.
            takeovers: lines of it that stay when their service lines end.
            evidence: hash of the adoption, in the place of a plan's.
            actor: who adopts.
        """
        with self._store.writing() as connection:
            for fragment in fragments:
                self._own(connection, fragment, evidence, actor)
            for takeover in takeovers:
                self._take_over(connection, device, takeover, actor)

    def _own(self, connection: Connection, fragment: Fragment, plan_hash: str, actor: str) -> None:
        """Make a fragment what a service line has on a device; the same again changes nothing."""
        where = _is_of(fragment.device, fragment.service_line)
        row = {
            "device": fragment.device,
            "service_line": fragment.service_line,
            "platform": str(fragment.platform),
            "text": fragment.text,
            "plan_hash": plan_hash,
        }
        before = connection.execute(select(owned).where(where)).first()
        if before is not None and tuple(before) == tuple(row.values()):
            return
        connection.execute(delete(owned).where(where))
        connection.execute(insert(owned).values(row))
        self._store.append(connection, actor, OWNED, fragment.device, owned_body(**row))

    def _take_over(self, connection: Connection, device: str, takeover: Takeover, actor: str) -> None:
        """Remember what stood there first; recording it again changes nothing."""
        where = _is_at(device, takeover.path)
        if connection.execute(select(takeovers.c.former).where(where)).first() is None:
            words = json.dumps(takeover.path)
            row = {"device": device, "path_hash": text_hash(words), "path": words, "former": takeover.former}
            connection.execute(insert(takeovers).values(row))
            self._store.append(connection, actor, TAKEN_OVER, device, takeover_body(**row))


def owned_body(device: str, service_line: str, platform: str, text: str, plan_hash: str) -> dict[str, Any]:
    """What the event of owned configuration holds; the audit compares it with the table."""
    return {
        "device": device,
        "service_line": service_line,
        "platform": platform,
        "text_hash": text_hash(text),
        "plan_hash": plan_hash,
    }


def takeover_body(device: str, path_hash: str, path: str, former: str) -> dict[str, Any]:
    """What the event of a takeover holds: hashes, for a banner or a description may say what is nobody's business."""
    return {
        "device": device,
        "path_hash": path_hash,
        "line_hash": text_hash(path),
        "former_hash": text_hash(former),
    }


def _path_hash(path: Path) -> str:
    return text_hash(json.dumps(path))


def _is_of(device: str, service_line: str) -> ColumnElement[bool]:
    return and_(owned.c.device == device, owned.c.service_line == service_line)


def _is_at(device: str, path: Path) -> ColumnElement[bool]:
    return and_(takeovers.c.device == device, takeovers.c.path_hash == _path_hash(path))
