"""What a neutral device answers at its prompt, outside configuration mode."""

from __future__ import annotations

from benchmarks.push.device import LOGIN, Device

ERROR = "% Invalid input detected at '^' marker.\n"


def run(device: Device, command: str) -> str:
    """Do what a command says, and answer it."""
    words = command.split()
    if words[0] == "show":
        return _filtered(_show(device, command.partition("|")[0].split()[1:]), command.partition("|")[2].split())
    if words[0] == "copy" and len(words) == 3:
        return _copy(device, words[1], words[2])
    if words[0] == "dir":
        return device.flash.listed(words[1] if len(words) > 1 else "")
    if words[:2] == ["verify", "/md5"]:
        return device.flash.digest(words[2])
    match command:
        case "configure confirm":
            device.before = None
        case "configure revert now":
            device.revert()
        case "write memory" | "write mem" | "write":
            return _save(device)
        case "enable" | "disable":
            pass
        case _:
            return ERROR
    return ""


def _save(device: Device) -> str:
    device.startup = device.text()
    return "Building configuration...\n[OK]\n"


def _copy(device: Device, source: str, target: str) -> str:
    """Answer `copy`, with `file prompt quiet` or not: the neutral device never asks back."""
    if target == "startup-config":
        return _save(device)
    if source == "running-config":
        device.flash.keep(target, device.text().encode())
        return f"{len(device.text())} bytes copied in 0.5 secs ({2 * len(device.text())} bytes/sec)\n"
    text = device.flash.read(source)
    if text is None or target != "running-config":
        return f"%Error opening {source} (No such file or directory)\n"
    device.merge(text)
    return f"{len(text)} bytes copied in 0.5 secs ({2 * len(text)} bytes/sec)\n"


def _show(device: Device, words: list[str]) -> str:
    match [word[:3] for word in words]:
        case ["ver"]:
            return _VERSION.format(device.name, device.serial)
        case ["run", *_]:
            text = device.text()
            return f"Building configuration...\n\nCurrent configuration : {len(text)} bytes\n!\n{text}\n"
        case ["sta", *_]:
            return f"Using {len(device.startup)} out of 2097152 bytes\n!\n{device.startup}\n"
        case ["arc"]:
            return "The maximum archive configurations allowed is 10.\n Archive #  Name\n   1        flash:turnup-1\n"
        case ["arc", "con", "rol", "tim"]:
            pending = f"Time configured(or reconfigured): 10:00\nUser: {LOGIN}\n"
            return pending if device.before is not None else "%No Rollback Confirmed Change pending\n"
        case ["arc", "con", "inc", *_]:
            return f"!List of Commands:\n{device.flash.read(words[3]) or ''}\nend\n"
        case ["pri"]:
            return "Current privilege level is 15\n"
        case ["vla"]:
            return (
                "VLAN Name                             Status    Ports\n1    default                          active\n"
            )
    return ERROR


def _filtered(text: str, pipe: list[str]) -> str:
    """Answer `| include WORDS`."""
    if len(pipe) < 2 or not "include".startswith(pipe[0]):
        return text
    wanted = " ".join(pipe[1:])
    return "".join(line for line in text.splitlines(keepends=True) if wanted in line)


_VERSION = """\
Cisco IOS Software [Cupertino], Catalyst L3 Switch Software (CAT9K_IOSXE), Version 17.9.4, RELEASE SOFTWARE (fc5)
ROM: IOS-XE ROMMON
{0} uptime is 1 week, 2 days, 3 hours, 4 minutes
System image file is "flash:packages.conf"
cisco C9200L-24T (ARM64) processor with 620000K/3071K bytes of memory.
Processor board ID {1}
2048K bytes of non-volatile configuration memory.
Configuration register is 0x102
"""
