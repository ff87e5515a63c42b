"""Who may break the glass; which windows and freezes hold for a site: its own, its buyer's, those of the provider."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
import yaml

from tasks.break_glass import check_break_glass
from tasks.line_reports import line_reports
from tasks.offline import offline_plan
from tasks.requests import PlanRequest
from tasks.schedules import NOT_DUE, due_at, forecast_of
from tasks.site_delivery import SiteDelivery
from turnup.change.interruption import Interruption
from turnup.errors import ApprovalRefused, FileRefused

CALL_OFF = "RBKC-2026-0007"
DUTY = "duty-manager@supplier.example"
REASON = "Members vote here tomorrow; agreed with the head of ICT by telephone"
NIGHT = datetime(2026, 11, 25, 22, 30, tzinfo=UTC)
NIGHTS = [{"days": ["mon", "tue", "wed", "thu"], "starts": "22:00", "ends": "05:00"}]
FREEZE = [{"starts": "2026-11-20", "ends": "2026-11-29", "reason": "By-election"}]


@pytest.mark.parametrize(
    ("reason", "words"),
    [
        ("", "a reason of 20 to 300 characters; found 0"),
        ("   urgent   ", "a reason of 20 to 300 characters; found 6"),
        ("x" * 301, "a reason of 20 to 300 characters; found 301"),
        ("the flood at the\x1b[2J town hall", "a reason in one line"),
    ],
)
def test_a_reason_that_says_nothing_or_breaks_its_line_is_refused(workspace, reason, words):
    with pytest.raises(ApprovalRefused) as refused:
        check_break_glass(workspace.model_copy(update={"executor": DUTY}), CALL_OFF, reason)
    assert words in str(refused.value)
    assert "\x1b" not in str(refused.value)


def test_only_those_on_the_providers_list_break_the_glass(workspace, inventory):
    assert check_break_glass(workspace.model_copy(update={"executor": DUTY}), CALL_OFF, f" {REASON} ") == REASON
    with pytest.raises(ApprovalRefused, match=f"an executor who may: {DUTY}; found {workspace.executor}"):
        check_break_glass(workspace, CALL_OFF, REASON)
    edit(inventory / "provider.yaml", break_glass=[])
    with pytest.raises(ApprovalRefused, match="an executor who may: nobody yet"):
        check_break_glass(workspace.model_copy(update={"executor": DUTY}), CALL_OFF, REASON)


def edit(path, **values):
    content = yaml.safe_load(path.read_text())
    content.update(values)
    path.write_text(yaml.safe_dump(content, sort_keys=False))


@pytest.fixture
def plan(workspace):
    return offline_plan(workspace, PlanRequest(call_off=CALL_OFF), None)


@pytest.mark.parametrize(
    ("file", "field", "value", "closed", "words"),
    [
        ("provider.yaml", "freezes", FREEZE, 3, "freeze of the provider until Sun 29 Nov 2026: By-election"),
        ("buyers/RBKC.yaml", "freezes", FREEZE, 3, "freeze of RBKC until Sun 29 Nov 2026: By-election"),
        ("buyers/LBHF.yaml", "freezes", FREEZE, 0, ""),
        ("sites/KC-TH-01/site.yaml", "freezes", FREEZE, 1, "freeze of KC-TH-01 until Sun 29 Nov 2026: By-election"),
        ("sites/LON-CORE-01/site.yaml", "freezes", FREEZE, 3, "freeze of LON-CORE-01"),
        ("sites/KC-TH-01/site.yaml", "change_windows", NIGHTS, 0, ""),
        (
            "sites/LON-CORE-01/site.yaml",
            "change_windows",
            [{"days": ["sat", "sun"], "starts": "01:00", "ends": "05:00"}],
            3,
            "outside the change window sat, sun 01:00-05:00",
        ),
    ],
)
def test_what_closes_a_site_and_what_does_not(workspace, inventory, plan, file, field, value, closed, words):
    edit(inventory / file, **{field: value})
    due = due_at(workspace, plan, (site for wave in plan.waves for site in wave.sites), NIGHT)
    shut = [each for each in due.values() if not each.now]
    assert len(shut) == closed
    assert all(words in each.why_not and each.at > NIGHT for each in shut)


def test_a_freeze_that_runs_backwards_is_found_in_its_file(workspace, inventory, plan):
    wrong = [{"starts": "2026-11-29", "ends": "2026-11-20", "reason": "By-election"}]
    edit(inventory / "sites" / "KC-TH-01" / "site.yaml", freezes=wrong)
    with pytest.raises(FileRefused) as refused:
        due_at(workspace, plan, ("KC-TH-01",), NIGHT)
    (finding,) = refused.value.findings
    assert (finding.field, "on or after" in f"{finding}") == ("freezes[0]", True), finding
    assert finding.line > 0


def test_the_blast_radius_counts_sites_users_and_what_goes_out(workspace, inventory, plan):
    edit(inventory / "sites" / "KC-LIB-02" / "site.yaml", users=None)
    line = f"{CALL_OFF}/L1"
    outages = (Interruption(line, 3, 2, 30, "ports move"), Interruption(line, 1, 0, 5, "an address moves"))
    changes = tuple(
        replace(change, interruptions=outages) if change.site == "KC-TH-01" and "-SW" in change.device else change
        for change in plan.changes
    )
    canary, second = forecast_of(workspace, replace(plan, changes=changes), NIGHT)
    assert [site.site for site in canary.sites] == ["KC-HUB-03"]
    assert (canary.users, canary.outages, canary.unknown_users) == (35, (), 0)
    assert (second.users, second.unknown_users) == (420, 1)
    ((outage),) = second.outages
    assert (outage.service_line, outage.at_least, outage.at_most) == (line, 4, 60)  # two switches, one after the other
    assert second.sites[1].tiers == (("LON-PE-01",), ("KC-TH-01-CPE1",), ("KC-TH-01-SW1", "KC-TH-01-SW2"))


@pytest.mark.parametrize("breaks_glass", [False, True])
def test_a_window_that_closes_while_a_site_waits_leaves_all_its_devices(
    workspace, inventory, ledger, plan, breaks_glass
):
    edit(inventory / "sites" / "KC-HUB-03" / "site.yaml", freezes=[{**FREEZE[0], "ends": "2099-12-31"}])
    nobody = {change.device: {"hostname": "127.0.0.1", "port": 1} for change in plan.changes}
    Path(workspace.endpoints).write_text(yaml.safe_dump(nobody))
    sites = ("KC-HUB-03", "LON-CORE-01")
    delivery = SiteDelivery(workspace, ledger, plan, sites, 1, budget=0, breaks_glass=breaks_glass)
    outcomes = delivery.deliver("KC-HUB-03")
    assert len(outcomes) == 3
    said = {each.detail for each in outcomes}
    if breaks_glass:  # nobody answers there: it was tried
        assert not any(words.startswith(NOT_DUE) for words in said)
    else:
        assert said == {"not due: freeze of KC-HUB-03 until Thu 31 Dec 2099: By-election; due Fri 01 Jan 2100 00:00"}


def test_before_a_delivery_every_line_says_which_devices_are_not_begun(ledger, plan):
    reports = {each.id: each for each in line_reports(ledger, plan)}
    assert not any(each.done for each in reports.values())
    assert reports[f"{CALL_OFF}/L6"].why_not == (
        "LON-PE-01: not begun",
        "KC-HUB-03-CPE1: not begun",
        "KC-HUB-03-SW1: not begun",
    )
