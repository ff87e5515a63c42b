"""Canonical bytes and their hash: what a signature signs and a plan is known by.

Canonical form is RFC 8785 (JSON Canonicalization Scheme); the hash is SHA-256 (FIPS 180-4) in lower-case hex.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from typing import TypeAlias

import rfc8785

Json: TypeAlias = "bool | int | str | Sequence[Json] | Mapping[str, Json] | None"

_LARGEST = 2**53


def canonical_bytes(content: Json) -> bytes:
    """Encode JSON content in its one canonical form.

    Numbers with a fraction (money) are strings here: a float has no one spelling that every reader agrees on.

    Raises:
        rfc8785.CanonicalizationError: for a value that JSON does not have, or an integer beyond 2**53.
    """
    if _is_plain(content):
        # For these, and only these, the standard library's C encoder writes the same bytes: RFC 8785, section 3.2.
        return json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
    return rfc8785.dumps(content)


def _is_plain(content: Json) -> bool:
    """Whether there are only words, small whole numbers and names in ASCII, which all sort alike, in containers."""
    if isinstance(content, str):
        return content.isascii()
    if content is None or isinstance(content, bool):
        return True
    if isinstance(content, int):
        return type(content) is int and abs(content) < _LARGEST
    if type(content) is dict:
        return all(type(name) is str and name.isascii() and _is_plain(value) for name, value in content.items())
    return type(content) in (list, tuple) and all(_is_plain(each) for each in content)


def content_hash(content: Json) -> str:
    """SHA-256 of the canonical bytes, 64 hex digits."""
    return hashlib.sha256(canonical_bytes(content)).hexdigest()


def text_hash(text: str) -> str:
    """SHA-256 of a text in UTF-8, 64 hex digits."""
    return hashlib.sha256(text.encode()).hexdigest()
