"""Redaction: what people see of a configuration holds no secret, not even a hashed one."""

from __future__ import annotations

import re

_SECRET = re.compile(
    r"(?i)\b(secret|password|key-string|community|pre-shared-key|(?:auth|priv) (?:sha|md5|aes|des)(?: 128| 256)?|key)"
    r"((?: \d+)?) (?!average|chain|exchange|generate)(\S+)"
)
REDACTED = "<redacted>"


def redact(text: str) -> str:
    """Replace the value behind each word that introduces a secret in a configuration."""
    return _SECRET.sub(lambda match: f"{match.group(1)}{match.group(2)} {REDACTED}", text)
