"""The recorder of a push: it misses nothing that is said, and keeps nothing that is secret."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasks.devices.concealing import FEW, without_words
from tasks.devices.transcript import Transcript, read_transcript

PASSWORD = "a-password-that-must-not-leak-7Q"


def say(transcript: Transcript, sent: str, *received: str) -> None:
    heard: list[str] = []
    with transcript.exchange(sent, heard):
        heard += received


def test_what_is_said_is_kept_by_stage_and_session_and_given_out_once():
    transcript = Transcript()
    transcript.begin_session()
    transcript.stage = "connect"
    say(transcript, "", "SW1#")
    transcript.begin_session()
    transcript.stage = "verify"
    say(transcript, "show clock\n", "12:00:00.000 UTC\r\n", "SW1#")
    first = read_transcript(transcript.take())
    assert [(each.session, each.stage, each.sent, each.received) for each in first] == [
        (1, "connect", "", "SW1#"),
        (2, "verify", "show clock\n", "12:00:00.000 UTC\nSW1#"),
    ]
    assert (transcript.bytes_sent, transcript.bytes_received) == (11, 4 + 18 + 4)
    assert transcript.take() == ""
    say(transcript, "write memory\n")
    assert [each.sent for each in read_transcript(transcript.take())] == ["write memory\n"]


def test_an_answer_that_broke_off_is_kept_as_far_as_it_came():
    transcript = Transcript()
    heard = ["vlan 110\r\n"]
    with pytest.raises(EOFError), transcript.exchange("vlan 110\n", heard):
        raise EOFError
    (kept,) = read_transcript(transcript.take())
    assert (kept.received, kept.broken) == ("vlan 110\n", "EOFError")


@pytest.mark.parametrize(
    "line",
    [
        f"username admin secret 9 {PASSWORD}",
        f"snmp-server community {PASSWORD} RO",
        f"ntp authentication-key 1 md5 {PASSWORD}",
        f"radius: {PASSWORD}",
        f'secret = "{PASSWORD} with more words"',
        f'bob Cleartext-Password := "{PASSWORD}"',
    ],
)
def test_no_secret_is_kept_neither_of_the_login_nor_of_a_configuration(line):
    transcript = Transcript()
    transcript.begin_session(PASSWORD, "")
    say(transcript, f"{line}\n", f"SW1(config)#{line}\r\n")
    text = transcript.take()
    assert PASSWORD not in text
    assert "with more words" not in text
    assert "<redacted>" in text
    assert PASSWORD not in repr(transcript)


@pytest.mark.parametrize(
    "line", ["enable secret 9 $9$abc", "community s3cret-word RO", 'secret = "a b"', "key 7 070C28"]
)
def test_secrets_that_nobody_named_are_known_by_the_word_before_them(line):
    transcript = Transcript()
    say(transcript, f"{line}\n")
    (kept,) = read_transcript(transcript.take())
    assert not set(line.split()[-1:]) & {"$9$abc", '"a b"', "070C28"} & set(kept.sent.split())
    assert "<redacted>" in kept.sent
    assert "s3cret-word" not in kept.sent


@pytest.mark.parametrize("others", [0, 500])
def test_a_secret_is_not_kept_as_json_has_it_nor_where_it_overlaps_another(others: int) -> None:
    transcript = Transcript()
    quoted, long, tail = 'with"quote\\and-more', "begins-like-this-and-goes-on", "goes-on-elsewhere"
    transcript.conceal(quoted, long, "begins-like-this", tail, *(f"begins-{each:06}" for each in range(others)))
    say(transcript, json.dumps(["new", "file", [], [f"value = {quoted}", f"more = {long}-elsewhere;"]]))
    (kept,) = read_transcript(transcript.take())
    assert kept.sent == '["new", "file", [], ["value = <redacted>", "more = <redacted>;"]]'


@given(
    st.text("ab<c", max_size=60),
    st.lists(st.text("abc", min_size=1, max_size=5), min_size=1, max_size=FEW, unique=True),
)
def test_many_words_are_left_out_as_few_are(text: str, words: list[str]) -> None:
    absent = [f"z{each:03}" for each in range(FEW + 1)]
    assert without_words(text, {*words, *absent}, "<>") == without_words(text, words, "<>")
    assert not any(word in part for word in words for part in without_words(text, words, "<>").split("<>"))
