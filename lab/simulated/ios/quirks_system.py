"""Special behaviour of the device's own lines: users, secrets, terminal lines, access lists, policies."""

from __future__ import annotations

import re
import secrets
import string
from collections.abc import Iterator

from lab.simulated.configuration import Change
from lab.simulated.grammar import Refusal, match_line
from lab.simulated.tree import Entry, Section

_SNMP_USER = re.compile(r"\S+ (?:v1|v2c|v3(?: auth (?:md5|sha) \S+(?: priv (?:des|3des|aes (?:128|192|256)) \S+)?)?)")
_ALPHABET = "./" + string.digits + string.ascii_letters


def secret_hash() -> str:
    """A type 9 hash as the device would show it: new at each entry, and of no use to anybody."""

    def letters(count: int) -> str:
        return "".join(secrets.choice(_ALPHABET) for _ in range(count))

    return f"$9${letters(14)}${letters(43)}"


def _as_shown(words: str) -> str:
    """Write `secret PLAIN` and `password PLAIN` as the running config shows them."""
    kept = re.search(r"\bsecret ([5-9] \S+)$", words)
    if kept:
        return words
    words = re.sub(r"\bsecret (?:0 )?\S+$", lambda _: f"secret 9 {secret_hash()}", words)
    return re.sub(r"\bpassword (?!0 |6 |7 )(\S+)$", r"password 0 \1", words)


def preamble(_change: Change) -> str:
    """`version` and `end` come with a loaded file and change nothing."""
    return ""


def username(change: Change) -> str:
    """Keep a user; the privilege stays when only the secret is typed again."""
    match, section = change.match, change.section
    if match.negated or match.rule is None:
        section.remove("username", match.words[1])
        return ""
    name, typed = match.words[1], match.words[2]
    former = section.value("username", name)
    shown = _as_shown(typed)
    level = re.match(r"privilege \d+", former)
    if level and "privilege" not in shown:
        shown = f"{level.group()} {shown}"
    if "secret" not in shown and (secret := re.search(r"secret .*$", former)):
        shown = f"{shown} {secret.group()}"
    change.keep_as("username", name, shown)
    return ""


def enable_secret(change: Change) -> str:
    """Keep the enable secret as a hash."""
    match = change.match
    if match.negated or match.rule is None:
        change.keep()
        return ""
    typed = f"{match.words[1]} {match.words[2]}"
    shown = _as_shown(typed).split(" ", 1)[1] if match.words[1] == "secret" else match.words[2]
    change.keep_as("enable", match.words[1], shown)
    return ""


def banner(change: Change) -> str:
    """Only `no banner` comes here: the text is collected by the editor."""
    change.section.remove(*change.match.words[:2])
    return ""


def line_vty(change: Change) -> str:
    """Open every range of terminal lines inside the one typed, and make what is missing."""
    match, section = change.match, change.section
    first = int(match.words[2])
    last = int(match.words[3]) if len(match.words) > 3 and match.words[3].isdigit() else first
    inside = [
        entry
        for entry in section.starting("line", "vty")
        if first <= int(entry.words[2]) and int(entry.words[-1]) <= last
    ]
    if match.negated:
        section.remove("line", "vty", match.words[2])
        return ""
    for entry in inside:
        change.open(entry)
    covered = max((int(entry.words[-1]) for entry in inside), default=first - 1)
    if covered < last:
        rest = (str(covered + 1),) if covered + 1 == last else (str(covered + 1), str(last))
        change.keep_as("line", "vty", *rest)
    return ""


def access_entry(change: Change) -> str:
    """Number the entries of an access list, as IOS-XE 17 does; a number is used once."""
    match, section = change.match, change.section
    numbered = match.words[0].isdigit()
    text = " ".join(match.words[1:] if numbered else match.words)
    same = next((entry for entry in section.entries.values() if entry.value == text), None)
    if match.negated:
        if numbered:
            section.remove(match.words[0])
        elif same:
            section.remove(same.words[0])
        return ""
    if same:
        return ""
    number = match.words[0] if numbered else str(10 + max((int(key[0]) for key in section.entries), default=0))
    if (number,) in section.entries:
        raise Refusal("% Duplicate sequence number\n")
    section.store(match_line(section.mode, change.configuration.kind, f"{number} {text}"))
    return ""


def class_map(change: Change) -> str:
    """A class map is match-all unless it says otherwise."""
    root, name = change.section, change.match.words[1]
    for way in ("match-all", "match-any"):
        if entry := root.get("class-map", way, name):
            if change.match.negated:
                change.match = match_line("config", change.configuration.kind, f"no class-map {way} {name}")
                return typed_class_map(change)
            change.open(entry)
            return ""
    if not change.match.negated:
        typed = match_line("config", change.configuration.kind, f"class-map match-all {name}")
        change.open(root.store(typed))
    return ""


def policy_class(change: Change) -> str:
    """A class of a policy needs its class map."""
    name = change.match.words[1]
    known = any(entry.words[-1] == name for entry in change.configuration.root.starting("class-map"))
    if not (known or name == "class-default" or change.match.negated):
        raise Refusal(f"% class map {name} not configured\n")
    change.keep()
    return ""


def policy_map(change: Change) -> str:
    """A policy that goes is taken off wherever it was attached."""
    root, name = change.section, change.match.words[1]
    change.keep()
    if change.match.negated:
        for entry in (*root.starting("interface"), *_classes(root)):
            for line in entry.section.starting("service-policy") if entry.section else ():
                if line.words[-1] == name:
                    entry.section.remove(*line.words) if entry.section else None
    return ""


def _classes(root: Section) -> Iterator[Entry]:
    for policy in root.starting("policy-map"):
        yield from policy.section.starting("class") if policy.section else ()


def typed_class_map(change: Change) -> str:
    """A class map that a policy uses cannot go."""
    name = change.match.words[-1]
    used = any(entry.words[1] == name for entry in _classes(change.section))
    if change.match.negated and used:
        raise Refusal(f"% Class-map {name} is being used\n")
    change.keep()
    return ""


def aaa_new_model(change: Change) -> str:
    """The new model brings its session id; without it every `aaa` line goes."""
    change.keep()
    if change.match.negated:
        change.section.remove("aaa")
    else:
        change.section.store(match_line("config", change.configuration.kind, "aaa session-id common"))
    return ""


def service_policy(change: Change) -> str:
    """A policy can be used once it is defined; taking another one off does nothing."""
    name = change.match.words[-1]
    if change.match.negated and change.match.rule and change.section.value(*change.match.key) != name:
        return ""
    if not change.match.negated and change.configuration.root.get("policy-map", name) is None:
        raise Refusal(f"% policy map {name} not configured\n")
    change.keep()
    return ""


def snmp_user(change: Change) -> str:
    """A user of version 3 belongs to a group; it goes by its name, group and version."""
    match, section = change.match, change.section
    if match.negated or match.rule is None:
        section.remove("snmp-server", "user", match.words[2])
    elif not _SNMP_USER.fullmatch(match.words[3]):
        raise change.refusal(3)
    else:
        change.keep()
    return ""


def leave(change: Change) -> str:
    """`exit-address-family` and its like."""
    change.leaves = True
    return ""


QUIRKS = {
    "snmp_user": snmp_user,
    "preamble": preamble,
    "username": username,
    "enable_secret": enable_secret,
    "banner": banner,
    "line_vty": line_vty,
    "access_entry": access_entry,
    "class_map": class_map,
    "policy_map": policy_map,
    "typed_class_map": typed_class_map,
    "aaa_new_model": aaa_new_model,
    "policy_class": policy_class,
    "service_policy": service_policy,
    "leave": leave,
}
