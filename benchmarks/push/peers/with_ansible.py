"""Ansible's cisco.ios over libssh: a playbook, as many forks as there are devices up to 50."""

from __future__ import annotations

import ctypes
import json
import os
import subprocess
import sys
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import Any

from benchmarks.push.peers.job import LOGIN, PASSWORD, READ, Places
from benchmarks.push.texts import pushed_fragment

FORKS = 50
_BECOME_PARENT_OF_ORPHANS = 36
"""PR_SET_CHILD_SUBREAPER of prctl(2)."""

_LOGIN = {
    "ansible_connection": "ansible.netcommon.network_cli",
    "ansible_network_os": "cisco.ios.ios",
    "ansible_network_cli_ssh_type": "libssh",
    "ansible_host": "127.0.0.1",
    "ansible_user": LOGIN,
    "ansible_password": PASSWORD,
}


def ansible(places: Places) -> None:
    """Read, push and save, read back, disconnect; Ansible's own start is in what it takes."""
    # Ansible leaves a process for each connection that is nobody's child: what they use would not be counted.
    ctypes.CDLL(None).prctl(_BECOME_PARENT_OF_ORPHANS, 1, 0, 0, 0)
    with tempfile.TemporaryDirectory(prefix="bench") as name:
        folder = Path(name)
        folder.joinpath("hosts.json").write_text(json.dumps(_inventory(places)))
        folder.joinpath("pushed.cfg").write_text(pushed_fragment())
        folder.joinpath("play.yaml").write_text(json.dumps([_play(folder)]))
        program = str(Path(sys.executable).with_name("ansible-playbook"))
        command = (program, "-i", str(folder / "hosts.json"), str(folder / "play.yaml"))
        done = subprocess.run(command, env=_environment(folder), capture_output=True, text=True)
        with suppress(ChildProcessError):
            while True:
                os.wait()
    if done.returncode:
        raise RuntimeError(next((line for line in done.stdout.splitlines() if "FAILED" in line or "ERROR" in line), ""))


def _inventory(places: Places) -> dict[str, Any]:
    return {"all": {"hosts": {each["name"]: {"ansible_port": each["port"]} for each in places}, "vars": _LOGIN}}


def _play(folder: Path) -> dict[str, Any]:
    read = {"cisco.ios.ios_command": {"commands": [READ]}}
    push = {"cisco.ios.ios_config": {"src": str(folder / "pushed.cfg"), "save_when": "always"}}
    return {"hosts": "all", "gather_facts": False, "tasks": [read, push, read, {"meta": "reset_connection"}]}


def _environment(folder: Path) -> dict[str, str]:
    own = {
        "HOME": str(folder),
        "ANSIBLE_FORKS": str(FORKS),
        "ANSIBLE_HOST_KEY_CHECKING": "False",
        "ANSIBLE_PERSISTENT_CONTROL_PATH_DIR": str(folder / "pc"),
        "ANSIBLE_NOCOLOR": "1",
    }
    return {**os.environ, **own}
