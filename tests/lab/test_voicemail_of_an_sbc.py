"""Whom nobody answers on the real SBC is led to the mailbox of the very extension, told whose customer it is."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from lab.real.lab import Lab
from tests.lab.trunks import CARRIER, CONTROL, HOSPITAL, PBX, RELOADS, SBC, SIPP, TABLES, End, call, lab_with_trunks

pytestmark = [
    pytest.mark.lab,
    pytest.mark.skipif(os.geteuid() != 0, reason="the real lab needs root"),
]

MAILBOXES = End(CARRIER.host, CARRIER.address, CARRIER.sbc, 5064)
"""The voicemail server that the SBC's operator has: the other set of gateways at the carrier's."""
CLAIM = "X-Customer: 1000"
REALM, CUSTOMER = "hospital.voice.example", "1500"
ROWS = rf"""20:1500:2:0:2777:0::2777:extension\:{REALM};voicemail
21:1500:2:0:2900:0::2900:hunt\:{REALM},2777;voicemail
22:1500:2:0:+442079460507:0::2777:extension\:{REALM};voicemail
"""
CONTACT = f"ul.add location 2777@{REALM} sip:2777@{PBX.address}:5099 600 1.0 s:0 0 0 0"
"""A telephone that was unplugged after it had registered: nobody is at its port."""


@pytest.fixture
def lab(tmp_path: Path, workspace, monkeypatch: pytest.MonkeyPatch) -> Iterator[Lab]:
    with lab_with_trunks(tmp_path / "lab", workspace, monkeypatch) as lab:
        lab.run(SBC, ["tee", "-a", f"{TABLES}/dialplan"], stdin=ROWS)
        lab.run(
            SBC,
            ["bash", "-c", f"touch -d '+4 seconds' {TABLES}/*; sleep 1.2; {CONTROL}"],
            stdin="\n".join([*RELOADS, ""]),
        )
        yield lab


def mailbox(lab: Lab, calling: End, caller: str, dialled: str) -> tuple[str, str]:
    """The mailbox to which a call is led, and whose it is said to be; the caller says that it is another customer's."""
    scenario = lab.state / "call.xml"
    scenario.write_text((SIPP / "call.xml").read_text().replace("Max-Forwards:", f"{CLAIM}\nMax-Forwards:", 1))
    seen = call(lab, calling, caller, dialled, MAILBOXES, scenario)
    log = (lab.state / f"heard-{MAILBOXES.host}").read_text()
    invite = log[log.index("\nINVITE ") :].partition("SIP/2.0 180")[0]
    return seen.called, " ".join(re.findall(r"^X-Customer: (\S*)", invite, re.MULTILINE))


def test_a_call_that_nobody_answers_goes_to_the_mailbox_of_its_extension_and_customer(lab: Lab) -> None:
    ways = [
        (HOSPITAL, "+442079460501", "2777"),
        (HOSPITAL, "+442079460501", "2900"),
        (CARRIER, "+447700900123", "+442079460507"),
    ]
    expected = [("2777", CUSTOMER), ("2900", CUSTOMER), ("2777", CUSTOMER)]
    assert [mailbox(lab, *each) for each in ways] == expected, "no telephone registered"
    printed = lab.run(SBC, CONTROL.split(), stdin=f"{CONTACT}\nul.dump\n")
    assert f"Address: sip:2777@{PBX.address}:5099" in printed, printed
    assert [mailbox(lab, *each) for each in ways[1:]] == expected[1:], "a telephone that does not answer"
