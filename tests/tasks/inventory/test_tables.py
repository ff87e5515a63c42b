"""Tables beside a call-off: the rows are the order, each with its place; what is changed later is another order."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from tasks.inventory.estate import Estate
from turnup.errors import FileRefused
from turnup.gate import examine
from turnup.service.view import View

CALL_OFF = "WCC-2026-0005"
HEADER = "iccid,imsi,msisdn,barred\n"
FIRST = "8901001000000000018,001010000000001,+447700900101,\n"
SECOND = "8901001000000000026,001010000000002,+447700900102,true\n"


@pytest.fixture
def order(inventory: Path):
    """Let the SIMs of the call-off stand in a table."""
    folder = inventory / "call-offs"
    path = folder / f"{CALL_OFF}.yaml"
    content = yaml.safe_load(path.read_text())

    def write(table: str | bytes | None, name: object = "sims.csv") -> Path:
        content["lines"][0]["parameters"]["sims"] = {"csv": name}
        path.write_text(yaml.safe_dump(content, sort_keys=False))
        if table is not None:
            (folder / "sims.csv").write_bytes(table if isinstance(table, bytes) else table.encode())
        return path

    return write


def load(inventory: Path):
    return Estate(inventory).call_off(CALL_OFF)


def test_the_rows_of_a_table_are_the_order_that_is_signed(inventory: Path, order) -> None:
    path = order(HEADER + FIRST + SECOND)
    by_table = load(inventory).call_off
    written_out = yaml.safe_load(path.read_text())
    written_out["lines"][0]["parameters"]["sims"] = [
        {"iccid": "8901001000000000018", "imsi": "001010000000001", "msisdn": "+447700900101"},
        {"iccid": "8901001000000000026", "imsi": "001010000000002", "msisdn": "+447700900102", "barred": "true"},
    ]
    path.write_text(yaml.safe_dump(written_out, sort_keys=False))
    assert load(inventory).call_off.hash() == by_table.hash()
    order(HEADER + FIRST + SECOND.replace("900102", "900103"))
    assert load(inventory).call_off.hash() != by_table.hash()


def test_what_a_spreadsheet_writes_is_read(inventory: Path, order) -> None:
    plain = HEADER + FIRST + SECOND
    order(plain)
    expected = load(inventory).call_off
    order(
        b"\xef\xbb\xbf" + plain.replace("\n", "\r\n").replace("8901001000000000018", '"8901001000000000018"').encode()
    )
    assert load(inventory).call_off == expected
    order(plain + ",,,\n\n")
    assert load(inventory).call_off == expected, "empty rows at the end are no SIMs"


def test_each_wrong_cell_is_named_by_row_and_column(inventory: Path, order) -> None:
    order(HEADER + FIRST + "8901001000000000027,12,+447700900102,\n\n" + SECOND.replace("true", "perhaps"))
    loaded = load(inventory)
    estate = Estate(inventory)
    site = loaded.call_off.lines[0].site
    view = View(estate.framework("LDN-NET-2026"), (), estate.buyer("WCC"), {site: estate.site(site)})
    table = str(inventory / "call-offs" / "sims.csv")
    found = {
        (finding.file, finding.line, finding.field.rpartition(".")[2])
        for finding in examine(loaded.call_off, loaded.positions, view).findings
        if finding.rule.startswith("parameter-")
    }
    assert found == {(table, 3, "iccid"), (table, 3, "imsi"), (table, 5, "barred")}


@pytest.mark.parametrize(
    ("table", "name", "place", "rule"),
    [
        (None, "sims.csv", "sims.csv", "file-exists"),
        (HEADER, "../sims.csv", ".yaml", "table-name"),
        (HEADER, "/etc/passwd", ".yaml", "table-name"),
        (HEADER, 5, ".yaml", "table-name"),
        (HEADER, "sims.csv", "sims.csv:1", "table-rows"),
        ("", "sims.csv", "sims.csv:1", "table-columns"),
        ("iccid,iccid\n1,2\n", "sims.csv", "sims.csv:1", "table-columns"),
        ("iccid,\x1b[31m\n1,2\n", "sims.csv", "sims.csv:1", "table-columns"),
        (HEADER + FIRST + "1,2,3\n", "sims.csv", "sims.csv:3", "table-row"),
        (HEADER + FIRST + '"1,2,3,4\n', "sims.csv", "sims.csv", "csv"),
        (HEADER + FIRST + "1,2," + "x" * 500 + ",\n", "sims.csv", "sims.csv:3", "table-cell"),
        (HEADER + FIRST * 20_001, "sims.csv", "sims.csv:1", "table-rows"),
        (b"iccid\n\xff\xfe\n", "sims.csv", "sims.csv", "utf-8"),
    ],
)
def test_a_table_that_cannot_be_read_is_refused_where_it_is_wrong(
    inventory: Path, order, table: str | bytes | None, name: object, place: str, rule: str
) -> None:
    order(table, name)
    with pytest.raises(FileRefused) as refused:
        load(inventory)
    (finding,) = refused.value.findings
    assert (finding.rule, place in str(finding)) == (rule, True), str(finding)
    assert "\x1b" not in str(finding)


def test_a_list_of_words_stands_in_one_cell(inventory: Path, order) -> None:
    order("name,members[]\nreception,2001 2002\n")
    assert load(inventory).call_off.lines[0].parameters["sims"] == [{"name": "reception", "members": ["2001", "2002"]}]
