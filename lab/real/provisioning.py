"""The files of a provisioning server: nginx with a certificate of the lab's own authority, and the folder it serves."""

from __future__ import annotations

import secrets
import shutil
from pathlib import Path

from lab.real.namespaces import run
from lab.real.topology import Device

LOGIN = "phones"
PORT = 443
_DAYS = "30"

_NGINX = """\
user www-data;
worker_processes 1;
pid /run/nginx/nginx.pid;
error_log /var/log/nginx/error.log warn;
events { worker_connections 512; }
http {
    types { text/plain cfg; application/xml xml; }
    default_type application/octet-stream;
    access_log /var/log/nginx/access.log;
    client_body_temp_path /run/nginx/body;
    proxy_temp_path /run/nginx/proxy;
    fastcgi_temp_path /run/nginx/fastcgi;
    uwsgi_temp_path /run/nginx/uwsgi;
    scgi_temp_path /run/nginx/scgi;
    server_tokens off;
    server {
        listen 443 ssl;
        server_name NAME;
        ssl_certificate /etc/nginx/server.pem;
        ssl_certificate_key /etc/nginx/server.key;
        ssl_protocols TLSv1.2 TLSv1.3;
        root /var/lib/provisioning/phones;
        autoindex off;
        auth_basic "telephones";
        auth_basic_user_file /etc/nginx/logins;
        location / { limit_except GET { deny all; } }
    }
}
"""
"""Everything that a telephone may do is fetch a file; its file holds a password, so nobody gets one without a login."""


def stage(folder: Path, device: Device) -> None:
    """Write what the server needs that has just been taken out of its box.

    Args:
        folder: the device's private files.
        device: its name and its addresses are in its certificate.
    """
    name = device.name
    addresses = ("127.0.0.1", *(each.partition("/")[0] for each in device.addresses.values()))
    etc = folder / "etc"
    nginx, turnup = etc / "nginx", etc / "turnup"
    nginx.mkdir()
    turnup.mkdir(exist_ok=True)
    (nginx / "nginx.conf").write_text(_NGINX.replace("NAME", name), encoding="utf-8")
    _make_certificate(folder / "root", nginx, turnup / "provisioning-ca.pem", name, addresses)
    _make_login(nginx / "logins", turnup / "provisioning-login")
    _make_release(folder / "var/lib/provisioning")


def _make_certificate(scratch: Path, nginx: Path, authority: Path, name: str, addresses: tuple[str, ...]) -> None:
    """Make an authority, and have it sign the server's certificate; the authority's own key is thrown away."""
    curve = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]
    key, request = scratch / "ca.key", scratch / "server.csr"
    subject = ["-subj", f"/CN=lab authority of {name}", "-addext", "basicConstraints=critical,CA:TRUE"]
    run(["openssl", "req", "-x509", *curve, "-days", _DAYS, *subject, "-keyout", str(key), "-out", str(authority)])
    server = ["-subj", f"/CN={name}", "-keyout", str(nginx / "server.key"), "-out", str(request)]
    run(["openssl", "req", "-new", *curve, *server])
    names = scratch / "names"
    listed = ",".join((f"DNS:{name}", *(f"IP:{address}" for address in addresses)))
    names.write_text(f"subjectAltName={listed}\n", encoding="utf-8")
    signed = ["-CA", str(authority), "-CAkey", str(key), "-CAcreateserial", "-extfile", str(names)]
    run(["openssl", "x509", "-req", "-in", str(request), *signed, "-days", _DAYS, "-out", str(nginx / "server.pem")])
    (nginx / "server.key").chmod(0o600)
    for each in scratch.iterdir():
        each.unlink()


def _make_login(logins: Path, login: Path) -> None:
    """The login of the telephones; the agent asks with it, and whoever unpacks a telephone types it in."""
    password = secrets.token_urlsafe(18)
    hashed = run(["openssl", "passwd", "-apr1", "-stdin"], stdin=password).strip()
    logins.write_text(f"{LOGIN}:{hashed}\n", encoding="utf-8")
    shutil.chown(logins, "root", "www-data")
    logins.chmod(0o640)
    login.touch(mode=0o600)
    login.write_text(f"{LOGIN}:{password}\n", encoding="utf-8")


def _make_release(home: Path) -> None:
    """What is served is a link to the first release."""
    release = home / "releases" / "1"
    release.mkdir(parents=True)
    for each in (home, home / "releases", release):
        shutil.chown(each, "root", "www-data")
        each.chmod(0o750)
    (home / "phones").symlink_to("releases/1")
