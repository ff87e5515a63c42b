"""Thousands of records on real servers: what the agents' checks, reading back and asking cost beside bare writing.

Repeat, as root: .venv/bin/python -m benchmarks.agents [--extensions 5000] [--phones 2000] [--sims 2000] [--rounds 3]

Each server of the lab is given all records in one change, and they are taken away again in another, by the verbs that
a push uses, in its order: `check`, `arm`, `apply` (which judges, renames, reloads and asks the running server),
`show`, service checks, `confirm` (which asks once more). The lower bound puts the very same files into their places,
tells the server to read them, and reads them back: no check, no backup, no timer, and nobody is asked.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import re
import statistics
import tempfile
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from lab.real.lab import Lab
from lab.real.topology import Topology, load_topology

Edit = tuple[str, str, list[str], list[str]]
REALM, CUSTOMER = "bench.voice.example", "1001"
RELOADS = ("dispatcher.reload", "dialplan.reload", "mtree.reload numbers", "domain.reload", "permissions.addressReload")


@dataclass(frozen=True, slots=True)
class Server:
    """One server of the lab.

    Attributes:
        edits: what it is given.
        questions: service checks of them.
        folder: where its files are.
        bound: a script that puts the files in `/root/after` into their places, and has them read.
    """

    name: str
    platform: str
    edits: tuple[Edit, ...]
    questions: tuple[str, ...]
    folder: str
    bound: str

    @property
    def agent(self) -> str:
        """Its agent."""
        return f"turnup-{self.platform}"


def extensions(count: int) -> tuple[tuple[Edit, ...], tuple[str, ...]]:
    """Telephones of one house, each with a number of its own: of the range for drama, made longer than any in use."""
    numbers = [f"{10000 + each:05}" for each in range(count)]
    rules = [("^(9)?(999|112)$", "1", "\\2", "emergency"), ("^9(0[0-9]+)$", "10", "\\1", "carrier")]
    first: list[Edit] = [
        ("new", f"domain {REALM}", [], [f"did {CUSTOMER}"]),
        *(
            (
                "new",
                f"dialplan {CUSTOMER} regex {expression}",
                [],
                [f"attrs {route}", f"pr {priority}", f"repl_exp {replacement}", f"subst_exp {expression}"],
            )
            for expression, priority, replacement, route in rules
        ),
    ]
    return (*first, *(edit for each in numbers for edit in _extension(each))), tuple(
        f"number +44207946{each}" for each in numbers
    )


def _extension(number: str) -> tuple[Edit, ...]:
    ha1 = hashlib.md5(f"{number}:{REALM}:{number}".encode(), usedforsecurity=False).hexdigest()
    called, route = f"+44207946{number}", [f"attrs extension:{REALM}", "pr 5", f"repl_exp {number}"]
    return (
        ("new", f"subscriber {number}@{REALM}", [], [f"cli {called}", f"ha1 {ha1}"]),
        ("new", f"dialplan {CUSTOMER} equal {called}", [], route),
        ("new", f"numbers {called}", [], [f"customer {CUSTOMER}", "postcode SW1H 0NW", "uprn 10033530001"]),
    )


def phones(count: int) -> tuple[tuple[Edit, ...], tuple[str, ...]]:
    """Files of two makes, of the length that the templates give them."""
    edits: list[Edit] = []
    for each in range(count):
        words = [f"password-{each:05}-Zq8", *(f"a setting of the template, number {at}" for at in range(36))]
        if each % 2:
            items = [f"user_pass[1] = {words[0]}", *(f"setting_{at} = {word}" for at, word in enumerate(words[1:18]))]
            edits.append(("new", f"file 00005e{each:06x}.xml", [], items))
        else:
            items = [f"account.1.password = {words[0]}", *(f"set.{at} = {word}" for at, word in enumerate(words[1:]))]
            edits.append(("new", f"file 00005e{each:06x}.cfg", [], items))
    return tuple(edits), tuple(f"get {record.split(' ')[1]}" for _, record, _, _ in edits)


def sims(count: int) -> tuple[tuple[Edit, ...], tuple[str, ...]]:
    """SIMs of a private APN, each with its address."""
    edits: tuple[Edit, ...] = tuple(
        (
            "new",
            f"user 00101{each:010}",
            [],
            [
                'check Called-Station-Id == "bench.apn"',
                "check Auth-Type := Accept",
                f"reply Framed-IP-Address = 10.{80 + each // 65536}.{each // 256 % 256}.{each % 256}",
            ],
        )
        for each in range(count)
    )
    return edits, tuple(f"user {record.split(' ')[1]} Called-Station-Id=bench.apn" for _, record, _, _ in edits)


def servers(chosen: argparse.Namespace) -> tuple[Server, ...]:
    """All that are measured."""
    reload_tables = "".join(f"kamcmd -s unix:/run/kamailio/kamailio_ctl {each} >/dev/null\n" for each in RELOADS)
    tables, users = "/etc/kamailio/tables", "/etc/freeradius/3.0/mods-config"
    place = "cp -a /root/after {0}.new; sync {0}.new/*; for each in {0}.new/*; do mv $each {0}/; done; rmdir {0}.new\n"
    link = "cp -a /root/after/. {0}.new/; sync -f {0}.new/; ln -sfn {0}.new {0}\n"
    hup = "cp /root/after/authorize {0}/files/.new; sync {0}/files/.new; mv {0}/files/.new {0}/files/authorize\n"
    hup += "kill -HUP $(cat /run/freeradius/freeradius.pid)\n"
    served = "/var/lib/provisioning/phones"
    return (
        Server("LON-SBC-01", "kamailio", *extensions(chosen.extensions), tables, place.format(tables) + reload_tables),
        Server("LON-PRV-01", "provisioning", *phones(chosen.phones), served, link.format(served)),
        Server("LON-AAA-01", "freeradius", *sims(chosen.sims), f"{users}/files", hup.format(users)),
    )


def inverse(edits: Iterable[Edit]) -> tuple[Edit, ...]:
    """The way back."""
    return tuple(("gone", record, add, remove) for _, record, remove, add in edits)


def timed(times: dict[str, list[float]], what: str, act: Callable[[], str]) -> str:
    """Measure once."""
    began = time.perf_counter()
    answer = act()
    times.setdefault(what, []).append(time.perf_counter() - began)
    return answer


def push(lab: Lab, server: Server, edits: Sequence[Edit], token: str, times: dict[str, list[float]], what: str) -> None:
    """One change by the verbs of a push."""
    payload = "".join(f"{json.dumps(each)}\n" for each in edits)

    def ask(words: str, stdin: str = "") -> str:
        verb = words.split(" ", maxsplit=1)[0]
        argv = [server.agent, *words.split(" ")]
        return timed(times, f"{what}: {verb}", lambda: lab.run(server.name, argv, stdin=stdin, seconds=3600))

    ask("check", payload)
    ask(f"arm --token {token} --seconds 3600", payload)
    ask(f"apply --token {token}", payload)
    ask("show")
    if what == "all come":
        answers = json.loads(ask("ask", "".join(f"{each}\n" for each in server.questions)))
        if len(answers) != len(server.questions) or any("404" in each.split("\n")[0] for each in answers):
            raise SystemExit(f"{server.name}: expected an answer to each check")
    ask(f"confirm --token {token}")


def bare(lab: Lab, server: Server, times: dict[str, list[float]], what: str) -> None:
    """Put files that lie beside them into their places, have them read, and read them back."""
    script = f"set -eu\n{server.bound}cat {server.folder}/* >/dev/null"
    timed(times, f"{what}: lower bound", lambda: lab.run(server.name, ["bash", "-c", script], seconds=600))


def one_round(lab: Lab, server: Server, number: int, times: dict[str, list[float]]) -> None:
    """All records come and go; the files that it had in between are what the lower bound writes."""
    keep = "rm -rf /root/{0}; mkdir /root/{0}; cp -a {1}/. /root/{0}/"
    push(lab, server, server.edits, f"come-{number}", times, "all come")
    lab.run(server.name, ["bash", "-c", keep.format("after", server.folder)], seconds=600)
    push(lab, server, inverse(server.edits), f"go-{number}", times, "all go")


def measure(server: Server, rounds: int) -> dict[str, list[float]]:
    """All rounds on one server of the lab."""
    known = {device.name: device for device in load_topology().devices}
    times: dict[str, list[float]] = {}
    with tempfile.TemporaryDirectory(prefix="bench") as folder:
        topology = Topology((known[server.name],), (), ())
        with Lab(Path(folder) / "lab", topology) as lab:
            for number in range(rounds):
                one_round(lab, server, number, times)
            bare(lab, server, times, "all come")
    return times


def report(server: Server, times: dict[str, list[float]]) -> None:
    """Print the medians, and their sum beside the lower bound."""
    print(f"{server.platform}: {len(server.edits)} records")
    for what, seconds in times.items():
        print(f"  {what:28}{statistics.median(seconds):8.2f} s")
    least = statistics.median(times["all come: lower bound"])
    ours = sum(statistics.median(each) for what, each in times.items() if re.match("all come: (?!lower)", what))
    print(f"  all come, in all: {ours:.2f} s, {ours / least:.1f} times the bound", flush=True)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--extensions", type=int, default=5000)
    parser.add_argument("--phones", type=int, default=2000)
    parser.add_argument("--sims", type=int, default=2000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--only", default="", help="one platform")
    chosen = parser.parse_args()
    for server in servers(chosen):
        if server.edits and chosen.only in ("", server.platform):
            report(server, measure(server, chosen.rounds))


if __name__ == "__main__":
    main()
