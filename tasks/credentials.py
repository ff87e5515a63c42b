"""Secrets by reference: `env:NAME` or `file:PATH`, resolved at the moment of use and nowhere else."""

from __future__ import annotations

import os
from pathlib import Path

from pydantic import SecretStr

from turnup.errors import CredentialMissing


def resolve(reference: str) -> SecretStr:
    """Resolve a reference to a secret.

    Args:
        reference: `env:NAME` for an environment variable, `file:PATH` for the first line of a file.

    Raises:
        CredentialMissing: names the reference, never a value.
    """
    kind, _, name = reference.partition(":")
    if kind == "env" and name:
        value = os.environ.get(name)
        if value:
            return SecretStr(value)
        raise _missing(reference, f"the environment variable {name} to be set", f"Set {name} and run again.")
    if kind == "file" and name:
        try:
            lines = Path(name).expanduser().read_text(encoding="utf-8").splitlines()
        except (OSError, UnicodeDecodeError) as error:
            found = str(error.strerror) if isinstance(error, OSError) else "no text in UTF-8"
            remedy = "Create it, readable by you only."
            raise _missing(
                reference, f"a readable file {name}", remedy, found
            ) from None  # what was read is no evidence
        if lines and lines[0]:
            return SecretStr(lines[0])
        raise _missing(reference, f"a secret in the first line of {name}", "Write the secret into it.")
    raise CredentialMissing(
        "credential reference",
        "env:NAME or file:PATH",
        "another form",
        "Secrets are given by reference only; correct the inventory.",
    )


def _missing(reference: str, expected: str, remedy: str, found: str = "nothing") -> CredentialMissing:
    return CredentialMissing(f"credential {reference}", expected, found, remedy)
