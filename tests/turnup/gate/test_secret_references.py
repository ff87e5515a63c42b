"""An order names a secret; it can name only what is kept for devices."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from turnup.change.slots import Slot, slots_in
from turnup.positions import Positions
from turnup.services.wan import WanParameters
from turnup.wording import findings_of


@pytest.mark.parametrize(
    "reference",
    [
        "file:secrets/KC-TH-01.bgp@1",
        "file:secrets/KC-TH-01.{version}@2026-11",
        "file:~/vault/secrets/a@1",
        "file:/srv/turnup/secrets/a.b.c@1",
        "env:TURNUP_SECRET_KC_TH_01@1",
        "env:TURNUP_SECRET_KC_{version}@3",
    ],
)
def test_a_reference_with_a_version_is_taken_and_reads_as_one_slot(reference):
    parameters = WanParameters(rate_mbps=100, bgp_password=reference)
    name, _, version = reference.partition("@")
    assert slots_in(f"neighbor 192.0.2.1 password <secret:{parameters.bgp_password}>") == (Slot(name, version),)


@pytest.mark.parametrize(
    "reference",
    [
        "hunter2-as-it-is",
        "file:secrets/a",
        "file:secrets/a@",
        "env:TURNUP_PASSWORD@1",
        "env:TURNUP_KEY@1",
        "env:HOME@1",
        "file:/etc/shadow@1",
        "file:~/.ssh/id_ed25519@1",
        "file:secrets/../.turnup/ledger.key@1",
        "file:secrets/..@1",
        "file:secrets/.hidden/../a@1",
        "file:secrets/a@1=0123",
        "file:secrets/a b@1",
        "file:secrets/a>@1",
        "file:secrets/a@1\nreload",
    ],
)
def test_what_is_no_reference_or_reaches_elsewhere_is_refused_without_being_followed(reference):
    with pytest.raises(ValidationError) as refused:
        WanParameters(rate_mbps=100, bgp_password=reference)
    (finding,) = findings_of(refused.value, WanParameters, Positions("a.yaml", {(): 1}))
    assert "env:TURNUP_SECRET_NAME@1" in finding.expected
    assert reference not in str(finding), "it may be the secret itself"
