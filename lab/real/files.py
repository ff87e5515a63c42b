"""The private files of a device: what is bound over /etc, /run, /usr/local/sbin and the like inside it."""

from __future__ import annotations

import shutil
from pathlib import Path

from lab.real import access_points, kamailio, provisioning, radius
from lab.real.namespaces import run
from lab.real.topology import Device

AGENTS = Path(__file__).parents[2] / "tasks" / "devices" / "on_device"
LOGIN = "netops"
LOGIN_ID = 4242

_FOLDERS = (
    *("etc", "run", "var/log", "var/lib/openvswitch", "var/lib/provisioning", "var/lib/turnup", "var/tmp"),
    *("usr/local/sbin", "home"),
)
_FROM_HOST = (
    *("passwd", "group", "shadow", "nsswitch.conf", "login.defs", "localtime", "shells", "environment"),
    *("ld.so.cache", "ld.so.conf", "ld.so.conf.d", "alternatives", "iproute2", "protocols", "services"),
    *("pam.d", "pam.conf", "security", "sudo.conf", "frr"),
)

_SSHD = """\
HostKey /etc/ssh/host_key
PidFile none
UsePAM no
UseDNS no
PermitRootLogin no
PasswordAuthentication yes
AuthorizedKeysFile /etc/ssh/authorized_keys
AllowUsers netops
AllowTcpForwarding no
X11Forwarding no
PrintMotd no
MaxSessions 20
"""
_SUDOERS = f"""\
Defaults:{LOGIN} !lecture, !requiretty, secure_path="/usr/local/sbin:/usr/sbin:/usr/bin:/sbin:/bin"
{LOGIN} ALL=(root) NOPASSWD: /usr/local/sbin/turnup-{{platform}}
"""
_PROFILE = "PATH=/usr/local/sbin:/usr/sbin:/usr/bin:/sbin:/bin\nPS1='\\h:\\w\\$ '\n"
_DAEMONS = """\
zebra=yes
bgpd=yes
bfdd=yes
vrrpd={vrrp}
staticd=yes
vtysh_enable=yes
zebra_options="-A 127.0.0.1 -s 90000000{backend}"
bgpd_options="-A 127.0.0.1"
bfdd_options="-A 127.0.0.1"
vrrpd_options="-A 127.0.0.1"
staticd_options="-A 127.0.0.1"
"""
_FRR = """\
frr defaults traditional
hostname {name}
log file /var/log/frr/frr.log informational
service integrated-vtysh-config
"""


def stage(device: Device, folder: Path, password_hash: str, public_key: str) -> str:
    """Write the files of a device that has just been taken out of its box; say its host key.

    Args:
        device: the device.
        folder: where its private files live; must not exist.
        password_hash: crypt(3) hash of the password of the login user.
        public_key: SSH public key that may log in as well.

    Returns:
        the device's own public host key, as `TYPE BASE64`.
    """
    for private in (*_FOLDERS, "root", "tmp"):
        (folder / private).mkdir(parents=True)
    (folder / "tmp").chmod(0o1777)
    (folder / "root").chmod(0o700)
    etc = folder / "etc"
    _copy_from_host(etc)
    _write_login(folder, device, password_hash)
    _write(etc / "hostname", f"{device.name}\n")
    _write(etc / "hosts", f"127.0.0.1 localhost {device.name}\n")
    _write(etc / "turnup" / "serial", f"{device.serial}\n")
    _write(etc / "profile", _PROFILE)
    if device.platform == "frr":
        _write_frr(etc / "frr", device)
    if device.platform == "freeradius":
        radius.stage(etc)
    if device.platform == "hostapd":
        access_points.stage(etc, device.ports)
    if device.platform == "provisioning":
        provisioning.stage(folder, device)
    if device.platform == "kamailio":
        kamailio.stage(folder, device)
    _install_agent(device.platform, folder / "usr/local/sbin")
    return _write_ssh(etc / "ssh", folder / "run", public_key)


def _write(path: Path, text: str, mode: int = 0o644) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    path.chmod(mode)


def _copy_from_host(etc: Path) -> None:
    for name in _FROM_HOST:
        source = Path("/etc") / name
        if source.is_dir():
            run(["cp", "-a", str(source), str(etc / name)])
        elif source.exists():
            run(["cp", "-aL", str(source), str(etc / name)])


def _write_login(folder: Path, device: Device, password_hash: str) -> None:
    """Give the device one login, and nobody else of the host's users a password."""
    etc = folder / "etc"
    (home := folder / "home" / LOGIN).mkdir()
    shutil.chown(home, LOGIN_ID, LOGIN_ID)
    shadow = [f"{line.split(':')[0]}:!:20000::::::" for line in (etc / "shadow").read_text().splitlines()]
    _write(etc / "shadow", "\n".join([*shadow, f"{LOGIN}:{password_hash}:20000::::::", ""]), 0o600)
    with (etc / "passwd").open("a", encoding="utf-8") as passwd:
        passwd.write(f"{LOGIN}:x:{LOGIN_ID}:{LOGIN_ID}::/home/{LOGIN}:/bin/bash\n")
    with (etc / "group").open("a", encoding="utf-8") as group:
        group.write(f"{LOGIN}:x:{LOGIN_ID}:\n")
    _write(etc / "sudoers", _SUDOERS.format(platform=device.platform), 0o440)


def _write_ssh(ssh: Path, run_folder: Path, public_key: str) -> str:
    (run_folder / "sshd").mkdir(mode=0o755)
    _write(ssh / "sshd_config", _SSHD)
    _write(ssh / "authorized_keys", f"{public_key}\n")
    run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "", "-f", str(ssh / "host_key")])
    return " ".join((ssh / "host_key.pub").read_text(encoding="utf-8").split()[:2])


def _write_frr(frr: Path, device: Device) -> None:
    backend = " --vrfwnetns" if device.vrf_backend == "netns" else ""
    _write(frr / "daemons", _DAEMONS.format(backend=backend, vrrp="yes" if device.vrrp else "no"), 0o640)
    _write(frr / "frr.conf", _FRR.format(name=device.name), 0o640)
    _write(frr / "vtysh.conf", "service integrated-vtysh-config\n", 0o640)
    run(["chown", "-R", "frr:frr", str(frr)])


def _install_agent(platform: str, folder: Path) -> None:
    shared = [] if platform in ("frr", "ovs") else ["turnup_files.py"]
    own = [each.name for each in AGENTS.glob(f"turnup_{platform}_*.py")]
    for name, mode in ((f"turnup-{platform}", 0o755), *((each, 0o644) for each in ("turnup_agent.py", *shared, *own))):
        shutil.copyfile(AGENTS / name, folder / name)
        (folder / name).chmod(mode)
