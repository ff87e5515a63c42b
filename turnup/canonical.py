"""Canonical bytes and their hash: what a signature signs and a plan is known by.

Canonical form is RFC 8785 (JSON Canonicalization Scheme); the hash is SHA-256 (FIPS 180-4) in lower-case hex.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from typing import TypeAlias

import rfc8785

Json: TypeAlias = "bool | int | str | Sequence[Json] | Mapping[str, Json] | None"


def canonical_bytes(content: Json) -> bytes:
    """Encode JSON content in its one canonical form.

    Numbers with a fraction (money) are strings here: a float has no one spelling that every reader agrees on.

    Raises:
        rfc8785.CanonicalizationError: for a value that JSON does not have, or an integer beyond 2**53.
    """
    return rfc8785.dumps(content)


def content_hash(content: Json) -> str:
    """SHA-256 of the canonical bytes, 64 hex digits."""
    return hashlib.sha256(canonical_bytes(content)).hexdigest()


def text_hash(text: str) -> str:
    """SHA-256 of a text in UTF-8, 64 hex digits."""
    return hashlib.sha256(text.encode()).hexdigest()
