"""The key under which backups and transcripts rest, and from which keyed fingerprints are made.

One key of 32 bytes for a ledger, given by reference: `file:PATH` (made at its first use when it is not there) or
`env:NAME`. What is used is never the key itself but one that is derived from it for each use (HKDF, RFC 5869); what
is sealed is sealed with AES-256-GCM (NIST SP 800-38D) and carries the id of its key, so that another one is told.
"""

from __future__ import annotations

import hmac
import logging
import os
import secrets
import stat
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import lru_cache
from pathlib import Path

from tasks.credentials import resolve
from turnup.errors import CredentialMissing, WrongKey

log = logging.getLogger("turnup.keys")

KEY_BYTES, ID_BYTES, NONCE_BYTES = 32, 4, 12
SEALED = b"\x01"
"""First byte of what is sealed. What older versions wrote begins with zlib's 0x78, and is never sealed."""

VARIABLE = "TURNUP_KEY"
HOME = Path(__file__).resolve().parent.parent / ".turnup"


class KeyUse(StrEnum):
    """What a derived key is for; a value that changes is another key."""

    IDENTITY = "turnup key id v1"
    AT_REST = "turnup texts at rest v1"
    FINGERPRINT = "turnup fingerprints of secrets v1"


def key_reference(ledger: str, environment: Mapping[str, str] = os.environ) -> str:
    """Say where the key of a ledger is: what `TURNUP_KEY` says, else the file beside an SQLite ledger.

    A database on a server has nothing beside it: its key is in the checkout's own folder unless the variable says more.
    """
    given = environment.get(VARIABLE, "")
    if given:
        return given
    return f"file:{HOME / 'ledger.key' if '://' in ledger else Path(ledger).absolute().with_suffix('.key')}"


@dataclass(frozen=True, slots=True)
class Key:
    """One key; its bytes show in no representation.

    Attributes:
        reference: where it came from, for messages.
        secret: its 32 bytes.
    """

    reference: str
    secret: bytes = field(repr=False)

    @property
    def id(self) -> str:
        """Eight hex digits that tell it from others and say nothing of it."""
        return self.derived(KeyUse.IDENTITY)[:ID_BYTES].hex()

    def derived(self, use: KeyUse) -> bytes:
        """The 32 bytes that are used for one purpose only."""
        return _derived(self.secret, use)

    def fingerprint(self, secret: str) -> str:
        """Fingerprint of a secret, 32 hex digits: equal for equal secrets, and no use to whoever has not the key."""
        return hmac.digest(self.derived(KeyUse.FINGERPRINT), secret.encode(), "sha256").hex()[:32]

    def seal(self, text: bytes, about: str) -> bytes:
        """Encrypt a text, bound to what it is about: it opens under no other name.

        Returns:
            format byte, id of the key, nonce, ciphertext with its tag.
        """
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM

        nonce = secrets.token_bytes(NONCE_BYTES)
        sealed = AESGCM(self.derived(KeyUse.AT_REST)).encrypt(nonce, text, about.encode())
        return SEALED + bytes.fromhex(self.id) + nonce + sealed

    def open(self, sealed: bytes, about: str) -> bytes:
        """Decrypt what `seal` made.

        Raises:
            WrongKey: it was sealed with another key, about something else, or was edited.
        """
        from cryptography.exceptions import InvalidTag
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM

        if (its_key := sealed_with(sealed)) != self.id:
            raise WrongKey(
                f"key {self.reference}",
                f"the key {its_key}, with which {about} was sealed",
                f"the key {self.id}",
                f"Let {VARIABLE} name the key that this ledger began with.",
            )
        nonce, rest = sealed[1 + ID_BYTES :][:NONCE_BYTES], sealed[1 + ID_BYTES + NONCE_BYTES :]
        try:
            return AESGCM(self.derived(KeyUse.AT_REST)).decrypt(nonce, rest, about.encode())
        except (InvalidTag, ValueError):
            raise WrongKey(
                f"key {self.reference}",
                f"{about} as it was sealed",
                "something else under its key's name",
                "Somebody edited the ledger outside Turnup: restore it from a backup and compare the two.",
            ) from None


def is_sealed(stored: bytes) -> bool:
    """Say whether a stored text is encrypted; those of older versions are not."""
    return stored[:1] == SEALED


def sealed_with(sealed: bytes) -> str:
    """Id of the key with which a text was sealed."""
    return sealed[1 : 1 + ID_BYTES].hex()


@lru_cache(maxsize=32)
def _derived(secret: bytes, use: KeyUse) -> bytes:
    from cryptography.hazmat.primitives.hashes import SHA256
    from cryptography.hazmat.primitives.kdf.hkdf import HKDF

    return HKDF(SHA256(), KEY_BYTES, salt=None, info=use.encode()).derive(secret)


def load_key(reference: str) -> Key:
    """Load a key that is there: 64 hex digits behind the reference.

    Raises:
        CredentialMissing: it does not resolve, is no key, or others may read its file; names the reference only.
    """
    if reference.partition(":")[0] not in ("env", "file"):  # it may be the key itself: it is not shown
        remedy = "Write the key into a file of mode 0600, and name that."
        raise CredentialMissing(VARIABLE, "env:NAME or file:PATH", "another form", remedy)
    if path := _file_of(reference):
        _check_private(reference, path)
    words = resolve(reference).get_secret_value()
    try:
        secret = bytes.fromhex(words)
    except ValueError:
        secret = b""
    if len(secret) != KEY_BYTES:
        remedy = "Make one with `openssl rand -hex 32`, and keep it where only Turnup reads it."
        raise CredentialMissing(f"key {reference}", f"{2 * KEY_BYTES} hex digits", "something else", remedy)
    return Key(reference, secret)


def load_or_make_key(reference: str) -> Key:
    """Load a key; a file that is not there is made, readable by its owner only, and a warning says so.

    Raises:
        CredentialMissing: see `load_key`; or the file cannot be made.
    """
    path = _file_of(reference)
    if path is None or path.exists():
        return load_key(reference)
    if _made(reference, path):
        log.warning("Made the key %s. Keep a copy of it apart from the ledger: without it no backup can be read.", path)
    return load_key(reference)


def _made(reference: str, path: Path) -> bool:
    """Make a key file; say whether it was us: another process may have been faster, and its key is as good."""
    fresh = path.with_name(f".{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(secrets.token_hex(KEY_BYTES) + "\n")
            file.flush()
            os.fsync(file.fileno())
        os.link(fresh, path)  # whole or not at all, and never over another one
    except FileExistsError:
        return False
    except OSError as error:
        remedy = f"Make the folder writable, or let {VARIABLE} name another place."
        raise CredentialMissing(f"key {reference}", "a place for a new key", str(error.strerror), remedy) from None
    finally:
        fresh.unlink(missing_ok=True)
    return True


def _file_of(reference: str) -> Path | None:
    kind, _, name = reference.partition(":")
    return Path(name).expanduser() if kind == "file" and name else None


def _check_private(reference: str, path: Path) -> None:
    """Refuse a key that others on this machine may read: it protects nothing."""
    try:
        mode = stat.S_IMODE(path.stat().st_mode)
    except OSError:
        return  # resolving it says what is wrong
    if mode & 0o077:
        found = f"mode {mode:04o}"
        raise CredentialMissing(f"key {reference}", "a file of mode 0600", found, f"Run `chmod 600 {path}`.")
