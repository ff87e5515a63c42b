"""A reference to a secret resolves when it is used, and says what is missing without a word of a secret."""

from __future__ import annotations

import traceback
from pathlib import Path

import pytest

from tasks.credentials import resolve
from turnup.errors import CredentialMissing

SECRET = "a-secret-that-must-not-leak-3X"


def test_a_reference_is_the_variable_or_the_first_line_of_the_file(monkeypatch, tmp_path):
    monkeypatch.setenv("A_SECRET", SECRET)
    (tmp_path / "secret").write_text(f"{SECRET}\nanother line\n")
    for reference in ("env:A_SECRET", f"file:{tmp_path / 'secret'}"):
        assert resolve(reference).get_secret_value() == SECRET
        assert SECRET not in repr(resolve(reference))


def no_file(path: Path) -> None:
    path.unlink(missing_ok=True)


CASES = [
    pytest.param(no_file, "found No such file or directory", id="missing"),
    pytest.param(Path.mkdir, "found Is a directory", id="a folder"),
    pytest.param(lambda path: path.write_bytes(SECRET.encode() + b"\xff"), "found no text in UTF-8", id="no text"),
    pytest.param(lambda path: path.write_text(f"\n{SECRET}"), "a secret in the first line", id="an empty first line"),
    pytest.param(Path.touch, "a secret in the first line", id="empty"),
]


@pytest.mark.parametrize(("make", "words"), CASES)
def test_a_file_that_holds_no_secret_is_named_with_what_is_wrong(tmp_path, make, words):
    path = tmp_path / "secret"
    make(path)
    with pytest.raises(CredentialMissing, match=words) as caught:
        resolve(f"file:{path}")
    assert str(path) in str(caught.value)
    assert SECRET not in "".join(traceback.format_exception(caught.value))
    assert caught.value.__suppress_context__ or caught.value.__context__ is None


@pytest.mark.parametrize("value", [None, ""])
def test_a_variable_that_is_not_set_is_named(monkeypatch, value):
    monkeypatch.delenv("A_SECRET", raising=False)
    if value is not None:
        monkeypatch.setenv("A_SECRET", value)
    with pytest.raises(CredentialMissing, match="the environment variable A_SECRET to be set; found nothing"):
        resolve("env:A_SECRET")


@pytest.mark.parametrize("reference", [SECRET, f"vault:{SECRET}", "env:", "file:", ""])
def test_another_form_is_refused_without_being_shown(reference):
    with pytest.raises(CredentialMissing) as caught:
        resolve(reference)
    assert SECRET not in str(caught.value)
