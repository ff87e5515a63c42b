"""The files of a RADIUS server: the package's own, and beside them how this provider's servers are set up.

Who may ask (`clients`) and which realms are answered here (`realms`) stand in files that the server reads again at a
HUP, for what `clients.conf` and `proxy.conf` say is read at its start only. EAP of any other realm goes to the national
proxies. Sources: FreeRADIUS 3.2 sites-available/dynamic-clients, mods-available/files, proxy.conf; eduroam(UK) and
govroam technical specifications: own realms are never sent upwards, nothing that comes from there goes back.
"""

from __future__ import annotations

import re
import secrets
from pathlib import Path

from lab.real.namespaces import run

NATIONAL = "203.0.113.53"
"""Address of the national proxy; the secret that it shares with a server is in `/etc/turnup/national-secret`."""

_FROM_HOST = ("freeradius", "ssl")
_DEFAULT_SECRET = "testing123"
_MODULES = """\
files nas {
    key = "%{Tmp-String-0}"
    filename = ${modconfdir}/access/clients
}
files home_realms {
    key = "%{Tmp-String-1}"
    filename = ${modconfdir}/access/realms
}
"""
_SITES = """\
client access-points { ipaddr = 10.0.0.0/8
    dynamic_clients = access_points
    lifetime = 60
}
client management { ipaddr = 203.0.113.0/24
    dynamic_clients = access_points
    lifetime = 60
}
client national { ipaddr = NATIONAL
    shortname = national
    secret = SECRET
}
server access_points {
    authorize {
        update request { &Tmp-String-0 := "%{Packet-Src-IP-Address}" }
        nas
        ok
    }
}
server turnup_probe {
    listen {
        type = auth
        ipaddr = 127.0.0.1
        port = 18129
    }
    authorize {
        if (&User-Name =~ /^client (.+)$/) {
            update request { &Tmp-String-0 := "%{1}" }
            nas
            update request {
                &Tmp-String-2 := "%{control:FreeRADIUS-Client-IP-Address} %{control:FreeRADIUS-Client-Secret}"
                &Tmp-String-3 := "%{control:FreeRADIUS-Client-Shortname}"
            }
            update reply { &Reply-Message := "%{md5:%{NAS-Identifier} %{Tmp-String-2} %{Tmp-String-3}}" }
        }
        elsif (&User-Name =~ /^realm (.+)$/) {
            update request { &Tmp-String-1 := "%{1}" }
            home_realms
            update reply { &Reply-Message := "%{md5:%{NAS-Identifier} %{control:Proxy-To-Realm}}" }
        }
        update control { &Proxy-To-Realm !* ANY }
        update control { &Auth-Type := Accept }
    }
}
"""
_POLICY = """\
roaming {
    if (&EAP-Message && &User-Name =~ /@([^@]+)$/) {
        update request { &Tmp-String-1 := "%{tolower:%{1}}" }
        home_realms
        if (!&control:Proxy-To-Realm) {
            if ("%{client:shortname}" == "national") {
                reject
            }
            update control { &Proxy-To-Realm := "national" }
        }
    }
}
visitors {
    update proxy-reply {
        &Tunnel-Type !* ANY
        &Tunnel-Medium-Type !* ANY
        &Tunnel-Private-Group-Id !* ANY
        &Filter-Id !* ANY
    }
}
"""
_PROXY = """
home_server national {
    type = auth
    ipaddr = NATIONAL
    secret = SECRET
    response_window = 6
    status_check = none
}
home_server_pool national { home_server = national }
realm national {
    auth_pool = national
    nostrip
}
"""


def stage(etc: Path) -> None:
    """Write the package's configuration with the provider's; only the device knows the secret to ask its server with.

    Args:
        etc: the device's own /etc.
    """
    for name in _FROM_HOST:
        run(["cp", "-a", str(Path("/etc") / name), str(etc / name)])
    here = etc / "freeradius" / "3.0"
    own = _keep(etc / "turnup" / "radius-secret")
    national = _keep(etc / "turnup" / "national-secret")
    _replace(here / "clients.conf", _DEFAULT_SECRET, own)
    _write(here / "mods-enabled" / "access", _MODULES)
    _write(here / "sites-enabled" / "access", _with_national(_SITES, national))
    _write(here / "policy.d" / "roaming", _POLICY)
    proxy = here / "proxy.conf"
    proxy.write_text(proxy.read_text(encoding="utf-8") + _with_national(_PROXY, national), encoding="utf-8")
    for name in ("clients", "realms"):
        _write(here / "mods-config" / "access" / name, f"# {name}: one record each, read again at a HUP\n")
    _replace(here / "sites-available" / "default", "\nauthorize {", "\nauthorize {\n\troaming")
    # Nobody else says in which of our VLANs a visitor is.
    _replace(here / "sites-available" / "default", "\npost-proxy {", "\npost-proxy {\n\tvisitors")
    eap = here / "mods-available" / "eap"
    eap.write_text(re.sub(r"use_tunneled_reply = no", "use_tunneled_reply = yes", eap.read_text(encoding="utf-8")))
    run(["chown", "-R", "freerad:freerad", str(here)])


def _keep(path: Path) -> str:
    secret = secrets.token_hex(16)
    path.parent.mkdir(exist_ok=True)
    path.touch(mode=0o600)
    path.write_text(f"{secret}\n", encoding="utf-8")
    return secret


def _with_national(text: str, secret: str) -> str:
    return text.replace("NATIONAL", NATIONAL).replace("SECRET", secret)


def _replace(path: Path, former: str, words: str) -> None:
    path.write_text(path.read_text(encoding="utf-8").replace(former, words), encoding="utf-8")


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(exist_ok=True)
    path.write_text(text, encoding="utf-8")
    path.chmod(0o640)
