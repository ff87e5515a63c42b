"""Signatures by OpenSSH's own program: all key kinds, agents and hardware keys, and anybody can check them.

Source: ssh-keygen(1), "-Y sign" and "-Y verify", ALLOWED SIGNERS; PROTOCOL.sshsig of OpenSSH.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

from turnup.clock import LONDON
from turnup.errors import ApprovalRefused

PROGRAM = "ssh-keygen"
_SECONDS = 60
_ONE_PRINCIPAL = re.compile(r"[A-Za-z0-9][A-Za-z0-9._+@-]*")
_ONE_KEY = re.compile(r"[a-z0-9@.-]+ [A-Za-z0-9+/=]+( [ -~]*)?")


@dataclass(frozen=True, slots=True)
class AllowedSigner:
    """One line of an allowed-signers file; both London dates are inside."""

    principal: str
    public_key: str
    valid_from: date
    valid_until: date


def allowed_signers_text(signers: Iterable[AllowedSigner], namespaces: tuple[str, ...]) -> str:
    """Write an allowed-signers file: `PRINCIPAL namespaces="...",valid-after="...",valid-before="..." KEY`.

    Raises:
        ApprovalRefused: a name or a key that ssh-keygen would read as more than one, or as anybody.
    """
    return "".join(_line(each, ",".join(namespaces)) for each in signers)


def _line(signer: AllowedSigner, namespaces: str) -> str:
    if not _ONE_PRINCIPAL.fullmatch(signer.principal):
        remedy = "Correct the inventory: a name has no blanks, quotes, commas or wildcards."
        raise ApprovalRefused("allowed signers", "the name of one signatory", repr(signer.principal), remedy)
    if not _ONE_KEY.fullmatch(signer.public_key):
        remedy = "Correct the inventory: one public key, on one line."
        raise ApprovalRefused(f"key of {signer.principal}", "one public key", repr(signer.public_key), remedy)
    after, before = _midnight(signer.valid_from), _midnight(signer.valid_until + timedelta(days=1))
    validity = f'valid-after="{after}",valid-before="{before}"'
    return f'{signer.principal} namespaces="{namespaces}",{validity} {signer.public_key}\n'


def _midnight(day: date) -> str:
    """The instant at which a London date begins."""
    return _moment(datetime.combine(day, time.min, LONDON))


def _moment(at: datetime) -> str:
    """An instant as ssh-keygen reads it, whose clock is UTC here (see `_run`)."""
    return f"{at.astimezone(UTC):%Y%m%d%H%M%S}"


def sign(key: Path, namespace: str, content: bytes) -> str:
    """Sign bytes with a private key, or with the agent's key if a public key file is given.

    Args:
        key: private key file, or the public key of one that the agent holds.
        namespace: what the signature is for, such as `call-off@turnup`.
        content: what is signed.

    Returns:
        the armored signature.

    Raises:
        ApprovalRefused: no such key, or it cannot sign.
    """
    _refuse_if_no_file(key)
    with tempfile.TemporaryDirectory(prefix="turnup-sign-") as folder:
        message = Path(folder) / "message"
        message.write_bytes(content)
        answer = _run(("-Y", "sign", "-f", str(key), "-n", namespace, str(message)), b"")
        if answer.returncode != 0:
            remedy = "Unlock the key in your SSH agent (ssh-add), or give another key."
            raise ApprovalRefused(str(key), "a key that signs", _words(answer.stderr), remedy)
        return (Path(folder) / "message.sig").read_text()


def verify(content: bytes, signature: str, principal: str, allowed_signers: str, namespace: str, at: datetime) -> str:
    """Verify a signature as of an instant.

    Args:
        content: what was signed.
        signature: armored.
        principal: who is said to have signed.
        allowed_signers: text of an allowed-signers file.
        namespace: what the signature has to be for.
        at: the instant at which the key has to be valid.

    Returns:
        fingerprint of the key, `SHA256:...`.

    Raises:
        ApprovalRefused: altered content, wrong key, unknown signatory, key not valid then.
    """
    with tempfile.TemporaryDirectory(prefix="turnup-verify-") as folder:
        signers, sealed = Path(folder) / "allowed_signers", Path(folder) / "signature"
        signers.write_text(allowed_signers)
        sealed.write_text(signature)
        moment = f"verify-time={_moment(at)}"
        words = ("-Y", "verify", "-O", moment, "-f", str(signers), "-I", principal, "-n", namespace, "-s", str(sealed))
        answer = _run(words, content)
    if answer.returncode != 0:
        raise ApprovalRefused(
            f"signature by {principal}",
            f"a valid signature for {namespace} over exactly these bytes",
            _words(answer.stderr) or _words(answer.stdout),
            "Sign again with the key that the inventory lists for this signatory; a changed content needs a new one.",
        )
    found = re.search(rb"(SHA256:\S+)", answer.stdout)
    return found.group(1).decode() if found else ""


def public_key_of(key: Path) -> str:
    """Public half of a key file, `TYPE BASE64`.

    Raises:
        ApprovalRefused: it cannot be read.
    """
    _refuse_if_no_file(key)
    answer = _run(("-y", "-f", str(key)), b"")
    if answer.returncode != 0:
        raise ApprovalRefused(str(key), "a readable key", _words(answer.stderr), "Give another key.")
    return " ".join(answer.stdout.decode().split()[:2])


def _refuse_if_no_file(key: Path) -> None:
    if not key.is_file():
        raise ApprovalRefused(str(key), "a private key file", "none", "Give the path of your key with --key.")


def generate_key(path: Path) -> str:
    """Make an Ed25519 key without passphrase, for the demo and for tests; returns its public half."""
    answer = _run(("-q", "-t", "ed25519", "-N", "", "-C", "", "-f", str(path)), b"")
    if answer.returncode != 0:
        raise ApprovalRefused(str(path), "a new key", _words(answer.stderr), "Check the folder.")
    return public_key_of(path)


def _run(words: tuple[str, ...], content: bytes) -> subprocess.CompletedProcess[bytes]:
    program = shutil.which(PROGRAM)
    if program is None:
        raise ApprovalRefused("approvals", f"the program {PROGRAM}", "none", "Install OpenSSH's client.")
    return subprocess.run(
        (program, *words),
        input=content,
        capture_output=True,
        check=False,
        timeout=_SECONDS,
        start_new_session=True,
        env={**os.environ, "TZ": "UTC0"},  # it reads times as local ones, and older ones know no other way to say UTC
    )


def _words(output: bytes) -> str:
    """What OpenSSH said, in one line, without the frame that it draws around a warning."""
    words = (word for word in output.decode(errors="replace").split() if word.strip("@"))
    return " ".join(words)[:200].rstrip(".")
