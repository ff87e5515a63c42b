"""Transcripts of pushes: written part by part with the stages of a push, so that a killed one leaves what it had."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, insert, select

from tasks.ledger.records import TranscriptPart
from tasks.ledger.schema import transcripts
from tasks.ledger.sealing import about_transcript
from tasks.ledger.store import Store
from turnup.canonical import text_hash

KEPT = "transcript.kept"
"""The event of a part of a transcript, or what the event of its stage says about it."""

_KEEP = insert(transcripts)


class TranscriptBook:
    """What was said in pushes, in the words of the recorder."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def keep(self, connection: Connection, part: TranscriptPart) -> dict[str, Any]:
        """Write a part in the transaction of the stage that it leads up to.

        Returns:
            what the stage's event has to say of it.
        """
        at = self._store.instant()
        about = about_transcript(part.device, part.site, part.plan_hash, part.attempt, part.number)
        row = {
            "device": part.device,
            "site": part.site,
            "plan_hash": part.plan_hash,
            "attempt": part.attempt,
            "part": part.number,
            "text": self._store.seals.seal(connection, part.text.encode(), about),
            "at": at,
        }
        connection.execute(_KEEP, row)
        return transcript_body(part, at)

    def of(self, device: str, site: str, plan_hash: str, attempt: int) -> tuple[str, ...]:
        """The parts of one push, in their order; none when nothing was kept.

        Raises:
            CredentialMissing, WrongKey: the key is missing, or another one.
        """
        query = (
            select(transcripts)
            .where(
                transcripts.c.device == device,
                transcripts.c.site == site,
                transcripts.c.plan_hash == plan_hash,
                transcripts.c.attempt == attempt,
            )
            .order_by(transcripts.c.part)
        )
        with self._store.reading() as connection:
            rows = connection.execute(query).all()
        return tuple(self._store.seals.open(row.text, about_row(row)).decode() for row in rows)


def transcript_body(part: TranscriptPart, at: str) -> dict[str, Any]:
    """What the chain holds of a part; the audit compares it with the table."""
    return transcript_place(part.site, part.plan_hash, part.attempt, part.number, at) | {
        "text_hash": text_hash(part.text)
    }


def transcript_place(site: str, plan_hash: str, attempt: int, number: int, at: str) -> dict[str, Any]:
    """Which part it is."""
    return {"site": site, "plan_hash": plan_hash, "attempt": attempt, "part": number, "at": at}


def about_row(row: Any) -> str:
    """The name under which a row of `transcripts` is sealed."""
    return about_transcript(row.device, row.site, row.plan_hash, row.attempt, row.part)
