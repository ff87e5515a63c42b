"""Signatures by OpenSSH: for exactly these bytes, this namespace, this person and this time, or not at all."""

from __future__ import annotations

import os
import subprocess
from datetime import UTC, date, datetime, timedelta

import pytest

from tasks.approvals.signatures import NAMESPACES
from tasks.approvals.ssh_keygen import AllowedSigner, allowed_signers_text, generate_key, public_key_of, sign, verify
from turnup.errors import ApprovalRefused

CONTENT = b'{"reference":"LBHF-2026-0042","revision":1}'
WHO, OTHER = "head-of-ict@lbhf.example", "director-of-resources@lbhf.example"
ORDER = "call-off@turnup"
NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
FROM, UNTIL = date(2026, 4, 1), date(2028, 3, 31)


def signers(public: str, principal: str = WHO, *, first: date = FROM, last: date = UNTIL) -> str:
    return allowed_signers_text([AllowedSigner(principal, public, first, last)], NAMESPACES)


@pytest.fixture
def key(make_key):
    return make_key("own")


def refused(*words) -> ApprovalRefused:
    with pytest.raises(ApprovalRefused) as caught:
        verify(*words)
    return caught.value


KINDS = {
    "ed25519": ("ed25519",),
    "ecdsa-256": ("ecdsa", "-b", "256"),
    "ecdsa-384": ("ecdsa", "-b", "384"),
    "ecdsa-521": ("ecdsa", "-b", "521"),
    "rsa-2048": ("rsa", "-b", "2048"),
}


@pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS)
def test_every_kind_of_key_signs_and_is_told_by_its_fingerprint(make_key, kind):
    path, public = make_key("kind", *kind)
    seal = sign(path, ORDER, CONTENT)
    assert seal.startswith("-----BEGIN SSH SIGNATURE-----")
    told = subprocess.run(("ssh-keygen", "-l", "-f", str(path)), capture_output=True, text=True, check=True).stdout
    assert verify(CONTENT, seal, WHO, signers(public), ORDER, NOW) == told.split()[1]
    assert refused(CONTENT + b" ", seal, WHO, signers(public), ORDER, NOW)
    assert public_key_of(path) == public


@pytest.mark.parametrize("position", [0, len(CONTENT) // 2, len(CONTENT) - 1])
def test_one_flipped_bit_of_the_content_breaks_the_signature(key, position):
    path, public = key
    seal = sign(path, ORDER, CONTENT)
    flipped = bytearray(CONTENT)
    flipped[position] ^= 1
    error = refused(bytes(flipped), seal, WHO, signers(public), ORDER, NOW)
    assert error.where == f"signature by {WHO}"
    assert error.expected == "a valid signature for call-off@turnup over exactly these bytes"
    assert "Sign again" in error.remedy


@pytest.mark.parametrize("content", [b"", CONTENT[:-1], CONTENT + b"\n", b"\r\n".join((CONTENT, b""))])
def test_no_other_bytes_are_these_bytes(key, content):
    path, public = key
    refused(content, sign(path, ORDER, CONTENT), WHO, signers(public), ORDER, NOW)


def test_bytes_of_any_kind_can_be_signed(key):
    path, public = key
    content = bytes(range(256)) * 5000
    assert verify(content, sign(path, ORDER, content), WHO, signers(public), ORDER, NOW).startswith("SHA256:")


@pytest.mark.parametrize("signed", NAMESPACES)
@pytest.mark.parametrize("wanted", NAMESPACES)
def test_a_signature_for_one_thing_is_none_for_another(key, signed, wanted):
    path, public = key
    seal = sign(path, signed, CONTENT)
    if signed == wanted:
        assert verify(CONTENT, seal, WHO, signers(public), wanted, NOW)
    else:
        refused(CONTENT, seal, WHO, signers(public), wanted, NOW)


@pytest.mark.parametrize("foreign", ["git", "file", "", "call-off@turnup.example", "*"])
def test_a_signature_made_for_another_program_is_none_here(key, foreign):
    """A key that signs commits must not approve orders by them, even if somebody asks for that namespace."""
    path, public = key
    if not foreign:
        with pytest.raises(ApprovalRefused):
            sign(path, foreign, CONTENT)
        return
    seal = sign(path, foreign, CONTENT)
    for wanted in (*NAMESPACES, foreign):
        refused(CONTENT, seal, WHO, signers(public), wanted, NOW)


def test_another_key_is_refused(key, make_key):
    path, _public = key
    _other, stranger = make_key("stranger")
    refused(CONTENT, sign(path, ORDER, CONTENT), WHO, signers(stranger), ORDER, NOW)


def test_a_key_signs_for_its_own_name_only(key, make_key):
    path, public = key
    _other, directors = make_key("director")
    allowed = signers(public) + signers(directors, OTHER)
    seal = sign(path, ORDER, CONTENT)
    assert verify(CONTENT, seal, WHO, allowed, ORDER, NOW)
    for name in (OTHER, "nobody@lbhf.example", "*", f"{WHO},{OTHER}", ""):
        refused(CONTENT, seal, name, allowed, ORDER, NOW)


def test_nobody_is_allowed_by_an_empty_list(key):
    path, _public = key
    refused(CONTENT, sign(path, ORDER, CONTENT), WHO, "", ORDER, NOW)


JUNK = {
    "nothing": "",
    "words": "approved, the director",
    "zeros": "\0" * 200,
    "a header": "-----BEGIN SSH SIGNATURE-----\n",
    "an empty armor": "-----BEGIN SSH SIGNATURE-----\n-----END SSH SIGNATURE-----\n",
    "no base64": "-----BEGIN SSH SIGNATURE-----\n!!!!\n-----END SSH SIGNATURE-----\n",
    "base64 of something else": "-----BEGIN SSH SIGNATURE-----\nAAAA\n-----END SSH SIGNATURE-----\n",
    "another armor": "-----BEGIN PGP SIGNATURE-----\nAAAA\n-----END PGP SIGNATURE-----\n",
    "what a bad decoding leaves": "\N{REPLACEMENT CHARACTER}" * 50,
}


@pytest.mark.parametrize("junk", JUNK.values(), ids=JUNK)
def test_junk_is_no_signature(key, junk):
    error = refused(CONTENT, junk, WHO, signers(key[1]), ORDER, NOW)
    assert error.found


@pytest.mark.parametrize("line", [1, 2, 3])
def test_a_signature_with_one_changed_sign_is_refused(key, line):
    path, public = key
    lines = sign(path, ORDER, CONTENT).splitlines()
    middle = len(lines[line]) // 2
    lines[line] = lines[line][:middle] + ("A" if lines[line][middle] != "A" else "B") + lines[line][middle + 1 :]
    refused(CONTENT, "\n".join(lines) + "\n", WHO, signers(public), ORDER, NOW)


# Time: London dates, whatever the clock of the machine shows

MOMENTS = {
    "the first moment of the first day, in summer time": ("2026-03-31T23:00:00+00:00", True),
    "the last moment before it": ("2026-03-31T22:59:59+00:00", False),
    "the last moment of the last day, in summer time": ("2028-03-31T22:59:59+00:00", True),
    "the first moment after it": ("2028-03-31T23:00:01+00:00", False),
    "long before": ("2020-01-01T00:00:00+00:00", False),
    "long after": ("2035-01-01T00:00:00+00:00", False),
    "in the middle, said in another zone": ("2026-11-24T18:00:00+09:00", True),
}


@pytest.mark.parametrize("zone", ["UTC", "Asia/Tokyo", "America/Los_Angeles", "Europe/London"])
@pytest.mark.parametrize(("moment", "valid"), MOMENTS.values(), ids=MOMENTS)
def test_a_key_holds_from_its_first_london_date_to_its_last(key, moment, valid, zone, monkeypatch):
    import time

    monkeypatch.setenv("TZ", zone)
    time.tzset()
    try:
        path, public = key
        words = (CONTENT, sign(path, ORDER, CONTENT), WHO, signers(public), ORDER, datetime.fromisoformat(moment))
        if valid:
            assert verify(*words).startswith("SHA256:")
        else:
            refused(*words)
    finally:
        monkeypatch.undo()
        time.tzset()


def test_a_key_of_one_day_holds_on_that_day(key):
    path, public = key
    seal, day = sign(path, ORDER, CONTENT), date(2026, 12, 1)
    allowed = signers(public, first=day, last=day)
    noon = datetime(2026, 12, 1, 12, 0, tzinfo=UTC)
    assert verify(CONTENT, seal, WHO, allowed, ORDER, noon)
    for wrong in (noon - timedelta(days=1), noon + timedelta(days=1)):
        refused(CONTENT, seal, WHO, allowed, ORDER, wrong)


def test_a_day_that_the_clocks_of_the_machine_never_showed_is_a_day(key, monkeypatch):
    """Samoa went from 29 to 31 December 2011; a summer time that begins at night does the same to an hour."""
    monkeypatch.setenv("TZ", "Pacific/Apia")
    path, public = key
    seal, allowed = sign(path, ORDER, CONTENT), signers(public, first=date(2011, 12, 30), last=date(2011, 12, 30))
    assert verify(CONTENT, seal, WHO, allowed, ORDER, datetime(2011, 12, 30, 12, tzinfo=UTC))
    for day in (29, 31):
        refused(CONTENT, seal, WHO, allowed, ORDER, datetime(2011, 12, day, 12, tzinfo=UTC))


# Names and keys that say more than they should

HOSTILE_NAMES = {
    "a newline": "a@x.example\nb@x.example",
    "a carriage return": "a@x.example\rb@x.example",
    "a wildcard": "*",
    "a wildcard for a domain": "*@lbhf.example",
    "a wildcard for one sign": "head-of-ic?@lbhf.example",
    "a comma": "a@x.example,b@x.example",
    "a negation": "!a@x.example",
    "a blank": "a@x.example b@x.example",
    "a tab": "a@x.example\tb@x.example",
    "a quote": '"a@x.example',
    "a comment": "#a@x.example",
    "an option": "-f=/etc/passwd",
    "a NUL": "a@x.example\0",
    "nothing": "",
    "a name that only looks the same": "he\N{CYRILLIC SMALL LETTER A}d-of-ict@lbhf.example",
}


@pytest.mark.parametrize("name", HOSTILE_NAMES.values(), ids=HOSTILE_NAMES)
def test_a_name_that_could_be_more_than_one_person_is_refused(key, name):
    with pytest.raises(ApprovalRefused, match="the name of one signatory"):
        signers(key[1], name)


@pytest.mark.parametrize("name", [name for name in HOSTILE_NAMES.values() if name])
def test_such_a_name_does_not_get_into_the_inventory_either(people, name):
    from turnup.errors import FileRefused

    people.change_buyer(lambda signatories: signatories[0].update(principal=name))
    with pytest.raises(FileRefused) as caught:
        people.order()
    assert {finding.field for finding in caught.value.findings} == {"signatories[0].principal"}


HOSTILE_KEYS = {
    "a second line": "KEY\n* STRANGER",
    "a second line after a comment": "KEY comment\n* STRANGER",
    "a carriage return": "KEY\r* STRANGER",
    "an authority": "cert-authority KEY",
    "options": 'namespaces="git" KEY',
    "nothing": "",
    "half a key": "ssh-ed25519",
}


@pytest.mark.parametrize("words", HOSTILE_KEYS.values(), ids=HOSTILE_KEYS)
def test_a_key_that_brings_more_than_itself_is_refused(key, make_key, words):
    public = words.replace("KEY", key[1]).replace("STRANGER", make_key("stranger")[1])
    with pytest.raises(ApprovalRefused, match="one public key"):
        signers(public)


def test_a_comment_behind_a_key_widens_nothing(key, make_key):
    stranger, strangers = make_key("stranger")
    allowed = signers(f"{key[1]} * {strangers}")
    assert verify(CONTENT, sign(key[0], ORDER, CONTENT), WHO, allowed, ORDER, NOW)
    refused(CONTENT, sign(stranger, ORDER, CONTENT), WHO, allowed, ORDER, NOW)


# Keys that do not sign


def test_a_key_file_that_is_not_there_says_so(tmp_path):
    with pytest.raises(ApprovalRefused) as caught:
        sign(tmp_path / "none", ORDER, CONTENT)
    assert (caught.value.where, caught.value.found) == (str(tmp_path / "none"), "none")
    assert "--key" in caught.value.remedy


@pytest.mark.parametrize("content", ["", "junk", "-----BEGIN OPENSSH PRIVATE KEY-----\nAAAA\n"])
def test_a_key_file_that_is_junk_says_so(tmp_path, content):
    path = tmp_path / "junk"
    path.write_text(content)
    path.chmod(0o600)
    for attempt in (lambda: sign(path, ORDER, CONTENT), lambda: public_key_of(path)):
        with pytest.raises(ApprovalRefused) as caught:
            attempt()
        assert caught.value.where == str(path)
        assert caught.value.found


def test_a_folder_is_no_key(tmp_path):
    with pytest.raises(ApprovalRefused, match="a private key file"):
        sign(tmp_path, ORDER, CONTENT)


def test_a_locked_key_does_not_wait_for_somebody_to_type(make_key, monkeypatch):
    for name in ("DISPLAY", "SSH_ASKPASS", "SSH_ASKPASS_REQUIRE", "SSH_AUTH_SOCK"):
        monkeypatch.delenv(name, raising=False)
    path, _public = make_key("locked")
    subprocess.run(("ssh-keygen", "-p", "-q", "-N", "a passphrase", "-f", str(path)), check=True, capture_output=True)
    with pytest.raises(ApprovalRefused, match="Unlock the key in your SSH agent"):
        sign(path, ORDER, CONTENT)


def test_the_agent_signs_for_a_public_key_file(key, monkeypatch):
    path, public = key
    agent = subprocess.run(("ssh-agent", "-s"), capture_output=True, text=True, check=True).stdout
    found = dict(word.split("=") for word in agent.replace("\n", ";").split(";") if "=" in word)
    try:
        monkeypatch.setenv("SSH_AUTH_SOCK", found["SSH_AUTH_SOCK"])
        subprocess.run(("ssh-add", "-q", str(path)), check=True, capture_output=True)
        path.unlink()
        seal = sign(path.with_name(path.name + ".pub"), ORDER, CONTENT)
    finally:
        os.kill(int(found["SSH_AGENT_PID"]), 15)
    assert verify(CONTENT, seal, WHO, signers(public), ORDER, NOW)


def test_without_openssh_the_error_says_what_to_install(key, monkeypatch, tmp_path):
    path, public = key
    seal = sign(path, ORDER, CONTENT)
    monkeypatch.setenv("PATH", str(tmp_path / "empty"))
    for attempt in (
        lambda: sign(path, ORDER, CONTENT),
        lambda: verify(CONTENT, seal, WHO, signers(public), ORDER, NOW),
        lambda: public_key_of(path),
        lambda: generate_key(tmp_path / "new"),
    ):
        with pytest.raises(ApprovalRefused) as caught:
            attempt()
        assert (caught.value.expected, caught.value.found) == ("the program ssh-keygen", "none")
        assert caught.value.remedy == "Install OpenSSH's client."


def test_nothing_is_left_behind(key, tmp_path, monkeypatch):
    import tempfile

    place = tmp_path / "temporary"
    place.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(place))
    path, public = key
    verify(CONTENT, sign(path, ORDER, CONTENT), WHO, signers(public), ORDER, NOW)
    assert list(place.iterdir()) == []


def test_a_warning_of_openssh_is_told_without_its_frame(make_key):
    key, _public = make_key("open")
    key.chmod(0o644)
    with pytest.raises(ApprovalRefused) as caught:
        public_key_of(key)
    assert caught.value.found.startswith("WARNING: UNPROTECTED PRIVATE KEY FILE!")
