"""What every command owes its user: an example, JSON for programs, and words when a place or an option is wrong."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime

import pytest
import typer

from flows.cli import app
from flows.commands.deliver import _show_sum
from tasks.delivery import acknowledge
from tasks.ledger import OutcomeRecord
from turnup.findings import counted, did_you_mean, in_one_line

CALL_OFF = "LBHF-2026-0042"
COMMANDS = typer.main.get_command(app)
PRINTS_NO_RESULT = {"canonical", "up", "demo"}
"""Commands that print the bytes to sign, or run in front of somebody until they end."""


def every_command(group=COMMANDS, path=()):
    for name, command in group.commands.items():
        yield (*path, name), command
        if hasattr(command, "commands"):
            yield from every_command(command, (*path, name))


EVERY = [pytest.param(command, id=" ".join(path)) for path, command in every_command()]
LEAVES = [
    pytest.param(command, id=" ".join(path))
    for path, command in every_command()
    if not hasattr(command, "commands") and path[-1] not in PRINTS_NO_RESULT
]


@pytest.mark.parametrize("command", EVERY)
def test_every_command_shows_an_example(command):
    assert "Example: turnup " in f"{command.help} {command.epilog}"


@pytest.mark.parametrize("command", LEAVES)
def test_every_command_that_prints_a_result_prints_it_as_json(command):
    assert "--json" in [word for parameter in command.params for word in parameter.opts]


@pytest.fixture
def refused(turnup):
    def run(*words: str) -> str:
        answer = turnup(*words)
        assert (answer.returncode, answer.stdout) == (1, "")
        assert "defect" not in answer.stderr
        return answer.stderr

    return run


@pytest.fixture
def ordered(workspace, ledger):
    """The call-off, known to the ledger."""
    return acknowledge(workspace, ledger, CALL_OFF)


def test_a_hold_is_opened_and_released_with_json(turnup, ordered, ledger):
    opened = turnup("hold", CALL_OFF, "--line", "L1", "--cause", " no access ", "--from", "2026-11-30", "--json")
    assert json.loads(opened.stdout) == {
        "hold": 1,
        "call_off": CALL_OFF,
        "service_line": f"{CALL_OFF}/L1",
        "cause": "no access",
        "from": "2026-11-30",
    }
    released = turnup("release", CALL_OFF, "--to", "2026-12-02", "--json")
    assert json.loads(released.stdout) == {"hold": 1, "call_off": CALL_OFF, "from": "2026-11-30", "to": "2026-12-02"}
    (hold,) = ledger.lines.holds(CALL_OFF)
    assert (hold.cause, hold.ends) == ("no access", date(2026, 12, 2))


def test_a_hold_without_a_cause_and_a_release_of_none_are_refused(refused, ordered, ledger):
    assert "error --cause: expected why the customer holds it up" in refused("hold", CALL_OFF, "--cause", " ")
    assert "error --from: expected a date" in refused("hold", CALL_OFF, "--cause", "x", "--from", "soon")
    assert "found no --hold. Open holds: none." in refused("release", CALL_OFF)
    assert ledger.lines.holds(CALL_OFF) == ()


@pytest.mark.parametrize("cause", ["no\naccess", "red \x1b[31m", "bell\a", "right-to-left \u202e"])
def test_a_cause_that_breaks_its_line_or_paints_a_terminal_is_refused(refused, ordered, ledger, cause):
    said = refused("hold", CALL_OFF, "--cause", cause)
    assert f"error --cause: expected words in one line; found a control character: {in_one_line(cause)}." in said
    assert cause not in said
    assert ledger.lines.holds(CALL_OFF) == ()


def test_a_dry_run_prints_json_when_asked_as_everywhere(turnup):
    asked = turnup("dry-run", CALL_OFF, "--offline", "--json")
    assert asked.stdout == turnup("dry-run", CALL_OFF, "--offline", "--format", "json").stdout
    assert json.loads(asked.stdout)[0]["valid"] is True


def test_a_result_that_cannot_be_written_is_a_clear_error(refused, ledger, tmp_path):
    nowhere = tmp_path / "nowhere" / "lines.csv"
    assert f"{nowhere}: --csv: [writable] expected a file to write into; found No such" in refused(
        "report", "--csv", str(nowhere)
    )
    assert "--csv: [writable] expected a file to write into; found No space left" in refused(
        "report", "--csv", "/dev/full"
    )


@pytest.mark.parametrize("command", ["validate", "plan", "status"])
def test_a_folder_where_the_ledger_should_be_is_said_to_be_one(turnup, tmp_path, command):
    answer = turnup(command, CALL_OFF, TURNUP_LEDGER=str(tmp_path))
    assert (answer.returncode, answer.stdout) == (1, "")
    assert f"error ledger {tmp_path}: expected a file, or a place for one; found a folder." in answer.stderr


def test_a_disk_that_fills_up_during_a_dry_run_is_a_clear_error(turnup, tmp_path):
    folder = tmp_path / CALL_OFF
    folder.mkdir()
    (folder / "HF-LIB-01--HF-LIB-01-SW2.commands").symlink_to("/dev/full")
    answer = turnup("dry-run", CALL_OFF, "--offline", "--output", str(tmp_path))
    assert answer.returncode == 1
    assert "--output: [writable] expected a folder to write into; found No space left on device" in answer.stderr


def test_a_saved_configuration_that_is_no_text_is_a_finding(turnup, tmp_path):
    for device in ("HF-LIB-01-SW1", "HF-LIB-01-SW2"):
        (tmp_path / f"{device}.cfg").write_bytes(b"hostname x\n\xff")
    answer = turnup("dry-run", CALL_OFF, "--from", str(tmp_path))
    assert answer.returncode == 1
    assert "[saved-config] expected readable text in UTF-8; found another byte at offset 11" in answer.stdout


@pytest.mark.parametrize("head", ["abc", "F" * 64, "[bold]", "0" * 65])
def test_a_head_that_is_no_hash_is_no_accusation(refused, ledger, head):
    said = refused("audit", "verify", "--head", head)
    assert "--head: expected a hash of 64 hexadecimal digits" in said
    assert "Somebody edited" not in said


def test_one_thing_is_not_said_in_the_plural(turnup):
    assert (counted(0, "line"), counted(1, "line"), counted(2, "line")) == ("0 lines", "1 line", "2 lines")
    assert "1 line at 1 site" in turnup("validate", CALL_OFF).stdout
    assert "1 finding; nothing was changed." in turnup("validate", "NO-SUCH").stdout


def test_a_name_that_breaks_its_line_is_shown_in_one(turnup):
    assert turnup("validate", "a\nb").stdout.splitlines() == ["a\\nb: 1 finding; nothing was changed."]


def test_where_there_is_nothing_to_choose_from_nothing_is_offered(turnup, tmp_path):
    assert did_you_mean("LBHF", ()) == "There is none to choose from."
    answer = turnup("validate", CALL_OFF, TURNUP_INVENTORY=str(tmp_path / "none"))
    assert "correct TURNUP_INVENTORY" in answer.stderr


def test_a_missing_file_is_likened_to_files_of_its_kind_only(turnup, tmp_path):
    for name in ("mine.yaml", "notes.txt", "order.yaml.swp"):
        (tmp_path / name).touch()
    assert "Use one of: mine.yaml." in turnup("validate", str(tmp_path / "other-call-off.yaml")).stderr


def test_a_provider_edge_that_serves_many_sites_is_counted_once(turnup, capsys):
    at = datetime(2026, 11, 25, tzinfo=UTC)
    records = tuple(
        OutcomeRecord("RBKC-2026-0007", "f" * 64, 1, site, device, "changed", "", 10, "", at)
        for site, device in (("KC-HUB-03", "LON-PE-01"), ("KC-LIB-02", "LON-PE-01"), ("KC-LIB-02", "KC-LIB-02-SW1"))
    )
    _show_sum(records)
    assert capsys.readouterr().out == "30 lines pushed to 2 devices.\n"
    assert " commands on 8 devices, " in turnup("dry-run", "RBKC-2026-0007", "--offline").stdout
