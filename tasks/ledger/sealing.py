"""Texts at rest: compressed, then sealed with the ledger's key. What older versions wrote is compressed only."""

from __future__ import annotations

import zlib

from sqlalchemy import ColumnElement, Connection, LargeBinary, func, select

from tasks.keys import VARIABLE, Key, is_sealed, key_reference, load_key, load_or_make_key, sealed_with
from tasks.ledger.schema import backups, plans, transcripts
from turnup.errors import CredentialMissing, LedgerUnavailable, WrongKey


class Seals:
    """Seals what the ledger keeps of devices, and opens it again.

    The key is loaded when it is needed: a ledger that nobody reads texts of needs none.

    Args:
        place: the ledger's place; its key is beside it unless the environment names another.
        reference: the reference of the key; the one of the place unless given.
    """

    def __init__(self, place: str, reference: str = "") -> None:
        self.reference = reference or key_reference(place)
        self._sealing: Key | None = None
        self._opening: Key | None = None

    def seal(self, connection: Connection, text: bytes, about: str) -> bytes:
        """Compress and seal a text.

        Args:
            connection: where it will be written; asked once which key the ledger's texts have.
            text: what to keep.
            about: what it is; it opens under no other name.

        Raises:
            CredentialMissing: the key is missing, and the ledger was begun with one.
            WrongKey: it is another one than that of the ledger.
        """
        if self._sealing is None:
            self._sealing = self._key_of(connection)
        return self._sealing.seal(zlib.compress(text), about)

    def _key_of(self, connection: Connection) -> Key:
        """The key, made if nothing was sealed yet: a second key would leave the texts of the first to nobody."""
        known = key_in_use(connection)
        key = load_key(self.reference) if known else load_or_make_key(self.reference)
        if known not in ("", key.id):
            remedy = f"Let {VARIABLE} name the key that this ledger began with; nothing was written."
            raise WrongKey(f"key {self.reference}", f"the key {known} of this ledger", f"the key {key.id}", remedy)
        return key

    def open(self, stored: bytes, about: str) -> bytes:
        """Open a text.

        Raises:
            CredentialMissing: the key is missing.
            WrongKey: the text was sealed with another one, or edited.
            LedgerUnavailable: it is no text of the ledger.
        """
        if is_sealed(stored):
            self._opening = self._opening or self._sealing or load_key(self.reference)
            stored = self._opening.open(stored, about)
        try:
            return zlib.decompress(stored)
        except zlib.error as error:
            found, remedy = "one that cannot be read", "Run `turnup audit verify`."
            raise LedgerUnavailable(f"ledger {about}", "a stored text", found, remedy) from error

    def can_open(self, stored: bytes) -> bool:
        """Say whether the key that is given is the one of this text; what is not sealed needs none."""
        if not is_sealed(stored):
            return True
        try:
            self._opening = self._opening or self._sealing or load_key(self.reference)
        except CredentialMissing:
            return False
        return sealed_with(stored) == self._opening.id


def key_in_use(connection: Connection) -> str:
    """Id of the key with which the ledger sealed last; empty when nothing is sealed."""
    for column, order in (
        (plans.c.content, plans.c.stored),
        (backups.c.text, backups.c.id),
        (transcripts.c.text, transcripts.c.id),
    ):
        begins: ColumnElement[bytes] = func.substr(column, 1, 5, type_=LargeBinary)
        found = connection.execute(select(begins).order_by(order.desc()).limit(1)).scalar()
        if found is not None and is_sealed(bytes(found)):
            return sealed_with(bytes(found))
    return ""


def about_plan(plan_hash: str) -> str:
    """The name under which a plan is sealed."""
    return f"plan {plan_hash}"


def about_backup(device: str, plan_hash: str, moment: str) -> str:
    """The name under which a backup is sealed."""
    return f"backup of {device} {moment} plan {plan_hash}"


def about_transcript(device: str, site: str, plan_hash: str, attempt: int, part: int) -> str:
    """The name under which a part of a transcript is sealed."""
    return f"part {part} of the transcript of {device} for {site}, attempt {attempt} of plan {plan_hash}"
