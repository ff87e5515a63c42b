"""Commands that touch no device."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

CHECKOUT = Path(__file__).resolve().parent.parent.parent
INVALID = sorted((CHECKOUT / "inventory" / "call-offs" / "invalid").glob("*.yaml"))
VALID = sorted((CHECKOUT / "inventory" / "call-offs").glob("*.yaml"))


@pytest.mark.parametrize("path", VALID, ids=lambda path: path.stem)
def test_the_example_call_offs_are_valid(turnup, path):
    answer = turnup("validate", path.stem)
    assert (answer.returncode, answer.stderr) == (0, "")
    assert f"{path.stem} r1: valid" in answer.stdout


@pytest.mark.parametrize("path", INVALID, ids=lambda path: path.stem)
def test_the_invalid_call_offs_are_refused_with_exactly_these_words(path):
    shown = path.relative_to(CHECKOUT)
    answer = subprocess.run(
        (sys.executable, "-m", "flows.cli", "validate", str(shown)),
        cwd=CHECKOUT,
        capture_output=True,
        text=True,
        env={
            "PATH": "/usr/bin:/bin",
            "NO_COLOR": "1",
            "TURNUP_LEDGER": "/nonexistent/ledger.db",
            "HOME": "/nonexistent",
        },
        check=False,
    )
    assert answer.returncode == 1
    expected = CHECKOUT / "tests" / "golden" / "errors" / f"{path.stem}.txt"
    assert answer.stderr == expected.read_text()


def test_findings_are_all_there_as_json(turnup):
    answer = turnup("validate", str(INVALID[0]), "--json")
    content = json.loads(answer.stdout)
    assert answer.returncode == 1
    assert content["valid"] is False
    assert len(content["findings"]) > 5
    assert all(finding["file"] and finding["rule"] and finding["remedy"] for finding in content["findings"])


@pytest.mark.parametrize(
    "words",
    [
        ("deliver",),
        ("no-such-command",),
        ("clock", "due"),
        ("validate", "--no-such-option", "X"),
        ("plan", "NO-SUCH-0000"),
    ],
)
def test_wrong_usage_ends_with_1_and_words(turnup, words):
    answer = turnup(*words)
    assert answer.returncode == 1
    assert answer.stderr.strip()
    assert "Traceback" not in answer.stderr


def test_a_misspelt_reference_gets_the_nearest_one(turnup):
    answer = turnup("validate", "LBHF-2026-0043")
    assert answer.returncode == 1
    assert "Did you mean 'LBHF-2026-0042'?" in answer.stderr


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (
            ("--from", "2026-12-23T10:00", "--working-days", "10"),
            {"day_zero": "2026-12-23", "due": "2027-01-11", "relief_working_days": 0, "adjusted_due": "2027-01-11"},
        ),
        (
            ("--from", "2026-12-24T16:30", "--working-days", "10", "--cut-off", "16:00"),
            {"day_zero": "2026-12-29", "due": "2027-01-13", "relief_working_days": 0, "adjusted_due": "2027-01-13"},
        ),
        (
            (
                *("--from", "2026-11-02T09:00", "--working-days", "40"),
                *("--hold", "2026-11-16..2026-11-27", "--completed", "2027-01-18"),
            ),
            {
                "day_zero": "2026-11-02",
                "due": "2026-12-30",
                "relief_working_days": 10,
                "adjusted_due": "2027-01-14",
                "gross": 52,
                "net": 42,
                "late": 2,
                "late_against_original": 12,
            },
        ),
    ],
)
def test_the_worked_examples_of_the_clock(turnup, words, expected):
    answer = turnup("clock", "due", *words, "--json")
    assert answer.returncode == 0
    assert json.loads(answer.stdout) == expected


_WATCHED = """
import sys
events = []
root = sys.argv[1]
def hook(event, args):
    if event.startswith("socket.") and event not in ("socket.__new__",):
        events.append(event)
    if event == "open" and isinstance(args[0], str) and isinstance(args[1], str) and set(args[1]) & set("wax+"):
        if not args[0].startswith(root) and "__pycache__" not in args[0] and args[0] != "/dev/null":
            events.append(f"write {args[0]}")
    if event in ("os.mkdir", "os.rename", "os.remove") and not str(args[0]).startswith(root):
        if "__pycache__" not in str(args[0]):
            events.append(f"{event} {args[0]}")
sys.addaudithook(hook)
out = sys.argv[1]
sys.argv = ["turnup", "dry-run", "LBHF-2026-0042", "--offline", "-o", out]
from flows.cli import app
from flows.console import run_command
code = run_command(app)
loaded = {name.split(".")[0] for name in sys.modules}
heavy = sorted(loaded & {"prefect", "netmiko", "nornir", "sqlalchemy", "paramiko"})
print("\\nREPORT", code, events, heavy)
"""


def test_an_offline_dry_run_opens_no_socket_needs_no_credentials_and_writes_only_its_output(tmp_path):
    output = tmp_path / "out"
    answer = subprocess.run(
        (sys.executable, "-c", _WATCHED, str(output)),
        cwd=CHECKOUT,
        capture_output=True,
        text=True,
        env={"PATH": "/usr/bin:/bin", "HOME": "/nonexistent", "PYTHONDONTWRITEBYTECODE": "1"},
        check=False,
    )
    assert answer.stdout.splitlines()[-1] == "REPORT 0 [] []", answer.stdout[-500:] + answer.stderr
    written = {path.name for path in (output / "LBHF-2026-0042").iterdir()}
    assert {"HF-LIB-01-SW1.cfg", "HF-LIB-01--HF-LIB-01-SW1.diff", "HF-LIB-01--HF-LIB-01-SW1.commands"} <= written


def test_dry_run_formats_are_what_they_say(turnup):
    words = ("dry-run", "LBHF-2026-0042", str(INVALID[1]), "--offline", "--format")
    assert [each["valid"] for each in json.loads(turnup(*words, "json").stdout)] == [True, False]
    suite = ET.fromstring(turnup(*words, "junit").stdout)
    assert (suite.get("tests"), suite.get("failures")) == ("2", "1")
    sarif = json.loads(turnup(*words, "sarif").stdout)
    assert sarif["version"] == "2.1.0"
    assert {each["level"] for each in sarif["runs"][0]["results"]} >= {"error"}
    assert turnup(*words, "markdown").stdout.startswith("# Dry run")
    assert turnup(*words, "text").returncode == 1


def test_detailed_exit_code_says_that_there_are_changes(turnup):
    assert turnup("dry-run", "LBHF-2026-0042", "--offline").returncode == 0
    assert turnup("dry-run", "LBHF-2026-0042", "--offline", "--detailed-exitcode").returncode == 2


def test_rendering_is_deterministic(turnup, tmp_path):
    for name in ("one", "two"):
        assert turnup("render", "RBKC-2026-0007", "-o", str(tmp_path / name)).returncode == 0
    one = {path.name: path.read_bytes() for path in (tmp_path / "one").iterdir()}
    two = {path.name: path.read_bytes() for path in (tmp_path / "two").iterdir()}
    assert one == two
    assert set(one) >= {"LON-PE-01.cfg", "KC-TH-01-SW1.cfg", "KC-TH-01-CPE1.cfg"}


def test_what_a_platform_cannot_do_is_said(turnup):
    answer = turnup("dry-run", "WCC-2026-0003", "--offline")
    assert answer.returncode == 0
    assert "[platform-cannot] expected DHCP snooping on ovs" in answer.stdout
    assert "[platform-cannot] expected a managed baseline on frr" in answer.stdout


def test_saved_configurations_that_are_missing_are_all_named(turnup, tmp_path):
    answer = turnup("plan", "LBHF-2026-0042", "--from", str(tmp_path))
    assert answer.returncode == 1
    assert "HF-LIB-01-SW1.cfg" in answer.stderr
    assert "HF-LIB-01-SW2.cfg" in answer.stderr


def test_a_ledger_that_cannot_be_written_is_a_clear_error(turnup):
    answer = turnup("status", TURNUP_LEDGER="/proc/nowhere/ledger.db")
    assert answer.returncode == 1
    assert "ledger /proc/nowhere/ledger.db" in answer.stderr
    assert "Traceback" not in answer.stderr
