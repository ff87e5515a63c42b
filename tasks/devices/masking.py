"""Secrets at the device: left out of all that it shows, put in where it is sent something, and nowhere between.

What is kept and shown has fingerprints and references only; the texts live as long as the push of one device.
"""

from __future__ import annotations

import logging
import re
import secrets
from dataclasses import dataclass, field, replace
from functools import lru_cache

from tasks.credentials import resolve
from tasks.devices.concealing import without_words
from tasks.keys import KEY_BYTES, Key, load_or_make_key
from turnup.change.device_change import DeviceChange
from turnup.change.platforms import LANGUAGES
from turnup.change.platforms.language import Path
from turnup.change.platforms.secrets import HiddenText, hide_secrets
from turnup.change.slots import (
    ANY,
    MASK,
    SLOT,
    Slot,
    has_fingerprint,
    slots_in,
    with_fingerprint,
    with_fingerprints,
    with_slots,
)
from turnup.errors import CredentialMissing
from turnup.fragments import Fragment
from turnup.sites import Platform

_ONE_WORD = re.compile(r"[!-~]{8,80}")
_SPOILS_A_LINE = re.compile(r"[?\x00-\x20]")


@lru_cache(maxsize=32)
def _key(reference: str) -> Key:
    """The key of a ledger; without one, as where nothing is kept, one that nobody knows."""
    return load_or_make_key(reference) if reference else Key("none", secrets.token_bytes(KEY_BYTES))


def hidden(platform: Platform, text: str, key: str) -> str:
    """Leave the secrets out of what a device showed.

    Args:
        platform: its platform.
        text: its answer.
        key: reference of the key of the fingerprints; empty: they are of use in this process only.
    """
    return _hide(platform, text, key).text


def _hide(platform: Platform, text: str, key: str) -> HiddenText:
    language = LANGUAGES[platform]
    if not language.secret_places:
        return HiddenText(text, {})
    return hide_secrets(language.secret_places, language.plain_of, text, _key(key).fingerprint)


def secret_of(slot: Slot) -> str:
    """Resolve a slot.

    Raises:
        CredentialMissing: there is none, or it is no word that a device takes; names the reference only.
    """
    reference = slot.reference.replace("{version}", slot.version)
    secret = resolve(reference).get_secret_value()
    if not _ONE_WORD.fullmatch(secret) or _SPOILS_A_LINE.search(secret):
        raise CredentialMissing(
            f"credential {reference}",
            "8 to 80 printable ASCII characters without a space or `?`",
            "something else",
            "Give it another value on both ends, under a new version.",
        )
    return secret


def with_resolved(fragments: tuple[Fragment, ...], key: str) -> tuple[Fragment, ...]:
    """Fragments with the fingerprints of what the references of their slots resolve to: what is adopted if it stands.

    Raises:
        CredentialMissing: see `secret_of`.
    """
    prints = {slot: _key(key).fingerprint(secret_of(slot)) for each in fragments for slot in slots_in(each.text)}
    return tuple(replace(each, text=with_fingerprint(each.text, prints.__getitem__)) for each in fragments)


def _is_not_the_wire(record: logging.LogRecord) -> bool:
    """Netmiko's debugging records are all that goes over the wire, cut anywhere: no secret can be taken out of them."""
    return record.levelno > logging.DEBUG


logging.getLogger("netmiko").addFilter(_is_not_the_wire)


def _fingerprints_in(slots: tuple[Path, ...]) -> dict[Slot, str]:
    """The fingerprint of each slot that has one."""
    return {
        Slot(match.group(1), match.group(2)): match.group(3)
        for path in slots
        if has_fingerprint(path[-1])
        for match in SLOT.finditer(path[-1])
    }


@dataclass(slots=True)
class Masking:
    """The secrets of one device during one push.

    Attributes:
        change: what was planned for it.
        key: reference of the key of the fingerprints.
        given: lines of ours with the fingerprints that the device gave back last, maybe since it was planned.
    """

    change: DeviceChange
    key: str
    given: tuple[Path, ...] = ()
    _shown: dict[str, str] = field(default_factory=dict, repr=False)
    _stored: dict[str, str] = field(default_factory=dict, repr=False)
    _resolved: dict[Slot, str] = field(default_factory=dict, repr=False)
    _sent: set[str] = field(default_factory=set, repr=False)
    _new: list[str] = field(default_factory=list, repr=False)
    _prints: dict[Slot, str] | None = None

    def read(self, text: str, *, typed: bool) -> str:
        """Leave the secrets out of what the device showed: ours become slots, the others their fingerprints.

        Args:
            text: its answer.
            typed: whether the change was typed, so that a hash in the place of its secrets is the device's own of them.

        Raises:
            CredentialMissing: see `secret_of`.
        """
        found = _hide(self.change.platform, text, self.key)
        self._stored.update(found.stored)
        ours = with_slots(found.text, (*self.change.slots, *self.given, *self._declared(typed=typed)))
        self._shown[ours] = found.text
        return ours

    def as_shown(self, text: str) -> str:
        """What was read, with the fingerprints of our secrets too: what is kept."""
        return self._shown.get(text, text)

    def _declared(self, *, typed: bool) -> tuple[Path, ...]:
        """The lines that the change declares, with the fingerprints by which the device shows their secrets."""
        declared = [path for path in self.change.adds if slots_in(path[-1])]
        hashed = with_fingerprints(declared, lambda _slot: ANY) if typed else ()
        exact = with_fingerprints(declared, lambda slot: _key(self.key).fingerprint(self._secret_of(slot)))
        return (*exact, *hashed)

    def _secret_of(self, slot: Slot) -> str:
        """Resolve once: a push that has begun can end, whatever becomes of the reference."""
        if slot not in self._resolved:
            self._resolved[slot] = secret_of(slot)
        return self._resolved[slot]

    def reveal(self, text: str) -> str:
        """Put the secrets into a text that is about to be sent: commands, or a whole configuration.

        Raises:
            CredentialMissing: a reference does not resolve, or it is a secret that the device showed to nobody here.
        """
        if self._prints is None:
            self._prints = _fingerprints_in(self.change.slots)
        prints = self._prints
        text = SLOT.sub(lambda match: self._of(Slot(match.group(1), match.group(2)), prints), text)
        return MASK.sub(lambda match: self._as_stored(match.group(0)), text)

    def _of(self, slot: Slot, prints: dict[Slot, str]) -> str:
        """The secret of a slot: in the form in which the device had it, if it did."""
        found = prints.get(slot, "")
        stored = self._stored.get(f"<hidden:{found}>") or self._stored.get(f"<hashed:{found}>")
        return self._noted(stored or self._secret_of(slot))

    def _as_stored(self, mask: str) -> str:
        if mask not in self._stored:
            raise CredentialMissing(
                f"secret {mask}",
                "one that the device showed in this run",
                "one that it showed earlier",
                "Only its fingerprint is kept: put it back by hand.",
            )
        return self._noted(self._stored[mask])

    def _noted(self, secret: str) -> str:
        if secret not in self._sent:
            self._sent.add(secret)
            self._new.append(secret)
        return secret

    def take_sent(self) -> tuple[str, ...]:
        """The secrets that were put into what was sent, since this was asked last."""
        new, self._new = tuple(self._new), []
        return new

    def scrub(self, words: str) -> str:
        """Leave out of the device's words what was sent to it."""
        return without_words(words, self._sent, "<secret>")
