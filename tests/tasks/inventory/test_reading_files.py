"""Files that are wrong as files: each is refused with the line and a remedy, and none of them crashes the reader."""

from __future__ import annotations

from pathlib import Path

import pytest

from tasks.inventory.reading import MAXIMUM_BYTES, read_yaml
from turnup.errors import FileRefused

CHECKOUT = Path(__file__).resolve().parents[3]
EXAMPLE = (CHECKOUT / "inventory" / "call-offs" / "LBHF-2026-0042.yaml").read_text()

REFUSED = {
    "empty": ("", "model-type", 0),
    "a list": ("[]", "model-type", 1),
    "a word": ("hello", "model-type", 1),
    "an open bracket": (EXAMPLE + "x: [1\n", "yaml", 26),
    "a tab": (EXAMPLE + "\tx: 1\n", "yaml", 25),
    "two documents": (EXAMPLE + "---\n" + EXAMPLE, "yaml", 25),
    "deep flow lists": ("a: " + "[" * 100_000, "yaml", 1),
    "deep fields": ("a: " + "{a: " * 400 + "1" + "}" * 400, "depth", 1),
    "a key twice": (EXAMPLE + "title: Another\n", "unique-key", 25),
    "a key twice inside": (EXAMPLE.replace("    site: HF-LIB-01\n", "    site: HF-LIB-01\n" * 2), "unique-key", 18),
    "an alias": ("a: &x [1]\nb: *x\n", "no-alias", 1),
    "an alias bomb": ("a: &a [x, x]\n" + "".join(f"{n}: &{n} [*a, *a]\n" for n in "bcdefgh"), "no-alias", 1),
    "an alias of itself": ("a: &x [*x]\n", "no-alias", 1),
    "an alias of nothing": ("a: *x\n", "yaml", 1),
    "a merge": (EXAMPLE + "<<: {buyer: WCC}\n", "extra-forbidden", 25),
    "code": (EXAMPLE.replace("revision: 1", 'revision: !!python/object/apply:os.system ["true"]'), "yaml", 3),
    "a wrong integer tag": (EXAMPLE.replace("revision: 1", "revision: !!int one"), "yaml", 3),
    "a wrong boolean tag": (EXAMPLE.replace("revision: 1", "revision: !!bool one"), "yaml", 3),
    "a timestamp tag": (EXAMPLE.replace("revision: 1", "revision: !!timestamp one"), "yaml", 3),
    "an unknown tag": (EXAMPLE.replace("revision: 1", "revision: !secret one"), "yaml", 3),
    "a number of 5,000 digits": (EXAMPLE.replace("revision: 1", f"revision: {'9' * 5000}"), "yaml", 3),
    "a number as a key": (EXAMPLE + "1: x\n", "invalid-key", 2),
    "a list as a key": (EXAMPLE + "? [a]\n: x\n", "yaml", 25),
    "a NUL": (EXAMPLE + "x: \0\n", "yaml", 0),
    "a truth for a number": (EXAMPLE.replace("revision: 1", "revision: true"), "int-type", 3),
    "a truth for an amount": (EXAMPLE.replace('"4200.00"', "true"), "decimal-type", 18),
    "not a number": (EXAMPLE.replace('"4200.00"', ".nan"), "finite-number", 18),
    "a fraction of a penny": (EXAMPLE.replace('"4200.00"', '"4200.001"'), "decimal-max-places", 18),
    "no lines": (EXAMPLE.split("lines:")[0] + "lines: []\n", "too-short", 14),
    "lines that are a word": (EXAMPLE.split("lines:")[0] + "lines: many\n", "tuple-type", 14),
    "a revision that no signature can carry": (
        EXAMPLE.replace("revision: 1", f"revision: {2**60}"),
        "less-than-equal",
        3,
    ),
}


@pytest.mark.parametrize(("text", "rule", "line"), REFUSED.values(), ids=REFUSED)
def test_a_file_that_is_wrong_is_refused_at_its_line(text, rule, line, tmp_path, estate, refusal):
    path = tmp_path / "call-off.yaml"
    path.write_text(text)
    first = refusal(estate.call_off, str(path))[0]
    assert (first.file, first.rule, first.line) == (str(path), rule, line)


@pytest.mark.parametrize("change", [str, lambda text: "\ufeff" + text, lambda text: text.replace("\n", "\r\n")])
def test_windows_line_ends_and_byte_order_marks_change_nothing(change, tmp_path, estate):
    path = tmp_path / "call-off.yaml"
    path.write_bytes(change(EXAMPLE).encode())
    assert estate.call_off(str(path)).call_off == estate.call_off("LBHF-2026-0042").call_off


def test_times_octals_and_country_codes_stay_what_was_written(tmp_path):
    path = tmp_path / "values.yaml"
    path.write_text(
        "opens: 16:30\nlot: 010\ncountry: no\ndate: 2026-11-23\nrate: 100\nprice: 1.5\nyes: true\nnone: ~\n"
    )
    content, _ = read_yaml(path)
    assert content == {
        "opens": "16:30",
        "lot": "010",
        "country": "no",
        "date": "2026-11-23",
        "rate": 100,
        "price": 1.5,
        "yes": True,
        "none": None,
    }


def test_bytes_that_are_not_utf_8_are_refused(tmp_path, refusal):
    path = tmp_path / "latin.yaml"
    path.write_bytes("title: café".encode("latin-1"))
    assert refusal(read_yaml, path)[0].rule == "utf-8"


def test_a_file_may_be_as_large_as_allowed_and_no_larger(tmp_path, refusal):
    path = tmp_path / "large.yaml"
    path.write_text("a: 1\n" + "#" * (MAXIMUM_BYTES - 5))
    assert read_yaml(path)[0] == {"a": 1}
    path.write_text("a: 1\n" + "#" * (MAXIMUM_BYTES - 4))
    assert refusal(read_yaml, path)[0].rule == "file-size"


def test_an_endless_file_is_not_read_to_its_end(refusal):
    assert refusal(read_yaml, Path("/dev/zero"))[0].rule == "file-size"


@pytest.mark.parametrize(
    ("source", "rule"),
    [
        ("no/such/file.yaml", "file-exists"),
        ("", "file-exists"),
        ("x" * 5000, "file-exists"),
        ("x" * 5000 + ".yaml", "readable"),
        ("a\0b", "file-exists"),
        ("a\0b.yaml", "readable"),
        ("/", "readable"),
        ("LBHF-2026-042", "file-exists"),
    ],
)
def test_a_call_off_that_is_not_there_is_refused(source, rule, estate, refusal):
    assert refusal(estate.call_off, source)[0].rule == rule


def test_a_folder_named_like_a_call_off_does_not_hide_it(tmp_path, monkeypatch, estate):
    (tmp_path / "LBHF-2026-0042").mkdir()
    monkeypatch.chdir(tmp_path)
    assert estate.call_off("LBHF-2026-0042").call_off.reference == "LBHF-2026-0042"


def test_what_a_file_holds_cannot_paint_the_terminal_or_forge_a_line(tmp_path, estate):
    path = tmp_path / "call-off.yaml"
    path.write_text(EXAMPLE + '"a\\nerror b\\e[2J": 1\ntitle2: "\\e[31m"\n')
    with pytest.raises(FileRefused) as caught:
        estate.call_off(str(path))
    assert all(line.isprintable() for line in str(caught.value).splitlines())
    assert len(str(caught.value).splitlines()) == len(caught.value.findings) == 2


def test_findings_come_in_the_order_of_the_file_and_echo_nothing(estate, refusal, change):
    change("call-offs/LBHF-2026-0042.yaml", '"310.00"', "lots")
    change("call-offs/LBHF-2026-0042.yaml", "title:", "titel:")
    findings = refusal(estate.call_off, "LBHF-2026-0042")
    assert [(finding.line, finding.field) for finding in findings] == [
        (2, "title"),
        (6, "titel"),
        (19, "lines[0].monthly_gbp"),
    ]
    assert findings[1].remedy == "Did you mean 'title'?"


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("a: {b: 1\n", "found something else than ',' or '}'."),
        ("a: 1\n---\nb: 2\n", "found another document."),
        ("a: 1\n\tb: 2\n", "found a tab character that violates indentation."),
    ],
)
def test_what_the_parser_says_reads_on_after_found(tmp_path, text, found):
    path = tmp_path / "order.yaml"
    path.write_text(text)
    with pytest.raises(FileRefused) as caught:
        read_yaml(path)
    assert f"expected well-formed YAML; {found}" in str(caught.value)
