"""The tables of an SBC as the planner plans them and the agent edits them: of other customers not a byte moves."""

from __future__ import annotations

import json
import re
import sys
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.tasks.devices.on_device_agents import load_agent
from turnup.change.application import apply_change, inverse
from turnup.change.device_change import DeviceChange, owned_afterwards, plan_device
from turnup.change.file_edits import file_edits
from turnup.change.ownership import OwnedConfig
from turnup.change.tree import load_tree, path_set
from turnup.findings import errors_of
from turnup.fragments import Fragment
from turnup.sites import Platform

ROOT = Path(__file__).resolve().parents[3]
FOUND = ROOT / "tests" / "brownfield" / "kamailio" / "shared-sbc"
SBC = Platform.KAMAILIO
LINES = ("WCC-2026-0003/L5", "WCC-2026-0003/L6", "SWK-2026-0001/L3")
EMERGENCY = r"dialplan {} regex ^(9)?(999|112)$"
CASES = settings(
    max_examples=max(200, settings.default.max_examples),
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
)


@pytest.fixture(scope="module", autouse=True)
def agent() -> ModuleType:
    return load_agent("kamailio")


def server() -> object:
    return sys.modules["turnup_kamailio"].Kamailio()


def edits(change: DeviceChange) -> tuple[object, ...]:
    module = sys.modules["turnup_kamailio"]
    return tuple(module.Edit(*json.loads(line)) for line in file_edits(change))


def found() -> str:
    return json.dumps({path.name: path.read_text() for path in sorted(FOUND.iterdir())})


def planned(text: str, owned: OwnedConfig, texts: dict[str, str], ceased: tuple[str, ...] = ()) -> DeviceChange:
    fragments = tuple(Fragment(line, "LON-SBC-01", SBC, words) for line, words in texts.items())
    return plan_device("LON-CORE-04", "LON-SBC-01", SBC, server().show(text), owned, fragments, ceased)


def lines_of(text: str) -> frozenset[tuple[str, ...]]:
    return path_set(load_tree(SBC, text))


def rows_in(text: str) -> dict[str, list[str]]:
    """The rows of each table, without the number that a row got when it was written."""
    return {
        table: sorted(re.sub(r"^\d+:", "", line) for line in rows.split("\n"))
        for table, rows in json.loads(text).items()
    }


def carried_out(text: str, change: DeviceChange) -> str:
    """The tables with a change; what the planner foresaw is what the agent shows, and the way back is the way back.

    To the byte, but for a row that comes back: it stands behind the others.
    """
    after = server().edited(text, edits(change))
    assert lines_of(server().show(after)) == lines_of(change.candidate)
    assert lines_of(server().show(after)) == lines_of(apply_change(change, server().show(text)))
    for back in (edits(inverse(change)), tuple(each.inverse() for each in reversed(edits(change)))):
        restored = server().edited(after, back)
        if any(each.state == "gone" for each in edits(change)):
            assert rows_in(restored) == rows_in(text)
        else:
            assert restored == text
    return after


def trunk(customer: int, numbers: dict[int, int], realm: str = "") -> str:
    """What a trunk declares: emergency calls, numbers with their places, the way to its PBX."""
    words = [f"{EMERGENCY.format(customer)}\n attrs emergency\n pr 10\n repl_exp \\2\n subst_exp ^(9)?(999|112)$\n"]
    for number, place in numbers.items():
        words += [
            f"numbers +44207946{number:04}\n customer {customer}\n uprn {place}\n postcode W1A 1AA\n",
            f"dialplan {customer} equal +44207946{number:04}\n attrs trunk:{customer}\n pr 20\n",
            f" repl_exp +44207946{number:04}\n",
        ]
    words.append(f"dispatcher {customer} sip:203.0.113.74:5060\n priority 10\n description trunk: of \\ {customer}\n")
    if realm:
        words.append(f"domain {realm}\n did {customer}\nsubscriber 2001@{realm}\n ha1 {'0' * 32}\n")
    return "".join(words)


# --- any journey ------------------------------------------------------------------------------------------------------

OTHERS = st.sampled_from(
    [
        ("numbers", "9:+44207946099:1600:1:SE1 7EH\n"),
        ("dialplan", "77:1600:1:1:^9?(999|112)$:0:^9?(999|112)$:\\\\1:emergency\n"),
        ("dispatcher", "5:1600:sip\\:192.0.2.9\\:5060:0:0:a\\nb:\\t \\\\\\:\n"),
        ("address", "5:1600:192.0.2.9:32:0:\n"),
        ("subscriber", "5:x:y.example:h\u00e9\u2028:\n"),
        ("domain", "\n"),
    ]
)
DECLARED = st.dictionaries(st.integers(100, 104), st.integers(1, 3), max_size=3)
STEP = st.tuples(st.sampled_from(LINES), st.none() | DECLARED) | st.tuples(st.just("others"), OTHERS)


@dataclass
class Journey:
    """Tables and their shadow, in which only others write; each line has a customer and numbers of its own."""

    text: str
    shadow: str
    owned: OwnedConfig = field(default_factory=OwnedConfig)

    def order(self, line: str, numbers: dict[int, int] | None) -> None:
        apart = LINES.index(line)
        mine = {number + 10 * apart: place for number, place in (numbers or {}).items()}
        words = "" if numbers is None else trunk(1001 + apart, mine, f"x{apart}.voice.example" if apart else "")
        change = planned(self.text, self.owned, {line: words} if words else {}, () if words else (line,))
        assert not errors_of(change.findings)
        self.text = carried_out(self.text, change)
        self.owned = owned_afterwards(change, self.owned)

    def write(self, table: str, row: str) -> None:
        self.text, self.shadow = (
            json.dumps({**json.loads(text), table: json.loads(text)[table] + row}) for text in (self.text, self.shadow)
        )

    def without_ours(self) -> str:
        ours = re.compile(r"(?m)^\d+:(?:100[1-3]:|\+442079460\d\d\d:100[1-3]:|x\d\.|2001:x\d)[^\n]*\n")
        return json.dumps({table: ours.sub("", rows) for table, rows in json.loads(self.text).items()})


@CASES
@given(st.lists(STEP, max_size=8))
def test_any_orders_between_what_others_write_leave_their_rows_to_the_byte(steps):
    journey = Journey(found(), found())
    for who, what in steps:
        if who == "others":
            if what[1] not in json.loads(journey.text)[what[0]]:
                journey.write(*what)
        else:
            journey.order(who, what)
        assert journey.without_ours() == journey.shadow
    for line in LINES:
        journey.order(line, None)
    assert journey.text == journey.shadow, "the last cease leaves the tables as if nothing had ever been ordered"


def test_a_value_that_changes_leaves_the_rest_of_its_row_as_it_was_written():
    change = planned(found(), OwnedConfig(), {LINES[0]: trunk(1001, {100: 1})})
    text, owned = carried_out(found(), change), owned_afterwards(change, OwnedConfig())
    text = text.replace("203.0.113.74\\\\:5060:0:10:", "203.0.113.74\\\\:5060:0:10:weight=\\\\t50")
    again = planned(text, owned, {LINES[0]: trunk(1001, {100: 1}).replace("priority 10", "priority 9")})
    assert "203.0.113.74\\\\:5060:0:9:weight=\\\\t50:trunk\\\\: of" in carried_out(text, again)


# --- what may not be written ------------------------------------------------------------------------------------------

REFUSED = {
    "the operator's number": ('["new", "dialplan 1 equal 1", [], ["attrs x"]]', "not a record"),
    "another table": ('["new", "trusted 1001", [], []]', "not a record"),
    "a second row": (r'["new", "numbers +44\n1:+45:1001::", [], []]', "not a record"),
    "another field": ('["new", "numbers +442079460100", [], ["customer 1001:x"]]', "not a value"),
    "a variable": ('["new", "dialplan 1001 regex ^$var(x)$", [], ["attrs x"]]', "not a record"),
    "a variable within": ('["new", "dialplan 1001 equal 1", [], ["repl_exp $avp(x)"]]', "not a value"),
    "a length": ('["new", "dialplan 1001 equal 1", [], ["match_len 3"]]', "not a value"),
    "a column twice": ('["new", "numbers +442079460100", [], ["uprn 1", "uprn 2"]]', "one column twice"),
    "there already": ('["new", "numbers +44207946050", [], []]', "is there already"),
    "not there": ('["kept", "numbers +442079460100", [], []]', "is not there"),
    "not as expected": ('["gone", "domain hospital.voice.example", ["did 1"], []]', "does not have did 1"),
    "more of others": ('["gone", "numbers +44207946050", ["customer 1500"], []]', "holds .* of somebody else"),
    "a password": ('["kept", "subscriber 7001@hospital.voice.example", ["ha1 secret"], []]', "does not have ha1$"),
    "no edit": ('{"record": 1}', "not an edit"),
}


@pytest.mark.parametrize(("wire", "words"), REFUSED.values(), ids=REFUSED)
def test_what_may_not_be_edited_is_refused(agent, wire, words):
    edits_of = sys.modules["turnup_files"].edits_of
    with pytest.raises(agent.Refused, match=words):
        server().edited(found(), edits_of(wire))


BROKEN = {
    "a field too few": ("1:2:3\n", "address:2: expected 6 fields, found 3"),
    "a word for a number": ("1:x:192.0.2.1:32:0:\n", "address:2: expected a number as grp, found 'x'"),
    "a backslash": ("1:1001:192.0.2.1:32:0:a\\b\n", r"address:2: expected one of .* found '\\\\b'"),
}


@pytest.mark.parametrize(("rows", "words"), BROKEN.values(), ids=BROKEN)
def test_a_table_that_the_server_would_not_read_is_refused_with_its_line(agent, rows, words):
    header = (FOUND / "address").read_text().partition("\n")[0]
    with pytest.raises(agent.Refused, match=words):
        server().show(json.dumps({"address": f"{header}\n{rows}"}))


def test_a_second_row_of_our_name_is_refused_for_nobody_could_tell_them_apart():
    text = json.loads(found())
    text["numbers"] += "2:+442079460100:1600:1:A\n3:+442079460100:1601:1:A\n"
    findings = errors_of(planned(json.dumps(text), OwnedConfig(), {LINES[0]: trunk(1001, {100: 1})}).findings)
    assert [each.rule for each in findings] == ["one-record", "number-of-others"]


OTHERS_HAVE = {
    "the very number": ("numbers", "7:+442079460100:1600:1:SE1 7EH", "number-of-others"),
    "a range around it": ("numbers", "7:+44207946010:1600:1:SE1 7EH", "number-of-others"),
    "a number within its range": ("numbers", "7:+4420794601007:1600:1:SE1 7EH", "number-of-others"),
    "its realm": ("domain", "7:x.voice.example:1600:0", "realm-of-others"),
    "a number beside it": ("numbers", "7:+442079460109:1600:1:SE1 7EH", ""),
    "the operator's place for all": ("numbers", "7:+44:1:1:SE1 7EH", ""),
    "it was prepared for us": ("numbers", "7:+442079460100:1001:1:W1A 1AA", ""),
}


@pytest.mark.parametrize(("table", "row", "rule"), OTHERS_HAVE.values(), ids=OTHERS_HAVE)
def test_what_another_customer_has_is_not_taken_from_him(table, row, rule):
    text = json.loads(found())
    text[table] += f"{row}\n"
    change = planned(json.dumps(text), OwnedConfig(), {LINES[0]: trunk(1001, {100: 1}, "x.voice.example")})
    assert [each.rule for each in errors_of(change.findings)] == ([rule] if rule else [])


def test_a_number_that_is_ours_and_that_somebody_gave_to_another_is_declared_again():
    change = planned(found(), OwnedConfig(), {LINES[0]: trunk(1001, {100: 1})})
    text = carried_out(found(), change).replace("+442079460100:1001:", "+442079460100:1600:")
    again = planned(text, owned_afterwards(change, OwnedConfig()), {LINES[0]: trunk(1001, {100: 1})})
    assert errors_of(again.findings) == ()
    assert ("numbers +442079460100", "customer 1001") in again.adds


# --- the dialplan as the server reads it ------------------------------------------------------------------------------


def rules(agent: ModuleType, *rows: str) -> list[object]:
    header = (FOUND / "dialplan").read_text().partition("\n")[0]
    return agent.rows_of("dialplan", "\n".join([header, *rows]))


def test_rules_for_a_length_come_before_others_whatever_their_priority(agent):
    emergency, barred = r"1:1001:1:1:^(999|112)$:0:^(.*)$:\\1:emergency", r"2:1001:50:1:^9:3:^(.*)$:\\1:barred"
    assert agent.Dialplan(rules(agent, emergency, barred)).translated("999")[1:] == ("999", "barred")
    assert agent.Dialplan(rules(agent, emergency, barred)).translated("112")[1:] == ("112", "emergency")
    edit = agent.Edit("new", "dialplan 1001 regex ^(999|112)$", (), ())
    text = "\n".join([(FOUND / "dialplan").read_text(), emergency, barred])
    with pytest.raises(agent.Refused, match=r"expected a way to 999 .* 1001 regex \^9 sends it to barred"):
        agent.check_dialplans((edit,), text)


@pytest.mark.parametrize(
    ("operator", "expression"),
    [
        ("0", "2001"),
        ("1", r"^(9)?(999|112)$"),
        ("1", r"^(?:9)?0([1-9][0-9]{8,9})$"),
        ("1", r"^\+44207946[0-5]\d{3}$"),
        ("1", r"^(?:9)?(?:00|\+)([1-9][0-9]{6,14})$"),
        ("1", r"^8?(118[0-9]{3}|1[0-9]{2})$"),
        ("1", r"^[*]98.?$"),
    ],
)
def test_every_rule_is_asked_with_a_number_that_it_fits(agent, operator, expression):
    samples = agent.samples_of(operator, expression)
    assert samples
    for sample in samples:
        rule = rules(agent, f"1:1001:1:{operator}:{agent.escaped(expression)}:0:::x")
        assert agent.Dialplan(rule).translated(sample)


def test_a_rule_that_another_hides_is_asked_where_it_shows(agent):
    barred, carrier = r"1:1001:1:1:^0900:0:^(.*)$:\\1:barred", r"2:1001:2:1:^0([1-9][0-9]{3})$:0:^(.*)$:\\1:carrier"
    (question,) = agent._of_rule(
        "dialplan 1001 regex ^0([1-9][0-9]{3})$", agent.Dialplan(rules(agent, barred, carrier))
    )
    assert "carrier" in question.expected[0]
    assert question.wrong("{\n\tOutput: 01000\n\tAttributes: carrier\n}") == ""
    assert question.wrong("error: 500 - No translation") != ""


@pytest.mark.parametrize("busy", ["error: 500 - ongoing reload", "error: 500 - Ongoing reload"])
def test_a_server_busy_with_a_reload_is_asked_again(monkeypatch: pytest.MonkeyPatch, busy: str):
    module = sys.modules["turnup_kamailio"]
    said = iter([[busy, "Ok. Domains reloaded."], ["Ok. Dispatcher successfully reloaded."]])
    asked: list[list[str]] = []
    monkeypatch.setattr(module, "answers", lambda commands: asked.append(list(commands)) or next(said))
    server().read_again(("dispatcher", "domain"))
    assert asked == [["dispatcher.reload", "domain.reload"], ["dispatcher.reload"]]


def test_a_reload_that_fails_is_told_with_the_servers_words(monkeypatch: pytest.MonkeyPatch):
    module = sys.modules["turnup_kamailio"]
    monkeypatch.setattr(module, "answers", lambda commands: ["error: 500 - Cannot read the table"])
    with pytest.raises(module.Refused, match=r"dispatcher\.reload: error: 500 - Cannot read the table"):
        server().read_again(("dispatcher",))


def test_a_gateway_that_has_gone_is_an_answer_and_nobody_is_asked(monkeypatch: pytest.MonkeyPatch):
    """Else one row that somebody took away leaves all other questions without an answer."""
    module = sys.modules["turnup_kamailio"]
    monkeypatch.setattr(module, "answers", lambda _commands: ["[1000] sip:203.0.113.74:5060 0; "])
    monkeypatch.setattr(module, "options", lambda _place, gateway: f"asked {gateway}")
    assert module._options("options sip:203.0.113.74:5060") == "asked sip:203.0.113.74:5060"
    assert module._options("options sip:203.0.113.75:5060") == "none of this server's gateways"
