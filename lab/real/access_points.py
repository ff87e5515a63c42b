"""The files of an access point, and of a switch whose ports let nobody in without 802.1X: hostapd in both.

There is no radio in a namespace. What hostapd does without one is real: the lab gives each network of a radio a hostapd
interface of its own on the driver `none`. Ports are real: the driver `wired` speaks EAPOL on them, and the bridge lets
through whom hostapd let in (`bridge_slave locked on`, Linux 5.18; bridge(8)).
"""

from __future__ import annotations

from pathlib import Path

PORTS = ("eth1", "eth2", "eth3", "eth4")

_RADIO = """\
# {band}: what the factory wrote; networks come below
interface={name}
driver=nl80211
ctrl_interface=/run/hostapd
country_code=GB
ieee80211d=1
hw_mode={mode}
channel={channel}
ieee80211n=1
wmm_enabled=1
# nobody joins this one: it is there because a radio has to have a first network
ssid=staged
ignore_broadcast_ssid=1
max_num_sta=0
"""
_PORT = """\
interface={name}
driver=wired
ctrl_interface=/run/hostapd
"""
_RESTART = r"""#!/bin/bash
# Start hostapd again with all its files. Radios are not there: each of their networks gets the driver `none`.
set -eu
shopt -s nullglob
export PATH=/usr/sbin:/usr/bin:/sbin:/bin
if [ -e /run/hostapd.pid ]; then
    old=$(cat /run/hostapd.pid)
    kill "$old" 2>/dev/null || true
    while [ -e "/proc/$old" ] && [ "$(cut -d' ' -f3 "/proc/$old/stat")" != Z ]; do sleep 0.05; done
fi
for each in /run/hostapd-port-*.pid; do
    kill "$(cat "$each")" 2>/dev/null || true
    rm -f "$each"
done
rm -rf /run/hostapd /run/hostapd-none /run/hostapd.pid
mkdir -p /run/hostapd-none
files=() ports=()
for file in /etc/hostapd/*.conf; do
    name=$(sed -n 's/^interface=//p' "$file")
    if grep -q '^driver=wired$' "$file"; then
        files+=("$file")
        if grep -q '^ieee8021x=1$' "$file"; then
            ports+=("$name")
            bridge link set dev "$name" learning off locked on
        else
            bridge link set dev "$name" learning on locked off
        fi
        # Whom the bridge has learned or let in before is a stranger again.
        ip link set dev "$name" type bridge_slave fdb_flush
        bridge fdb show dev "$name" | awk '/ static/ {print $1}' | while read -r mac; do
            bridge fdb del "$mac" dev "$name" master
        done
        continue
    fi
    awk -F= -v name="$name" '
        function open(network) { file = "/run/hostapd-none/" network ".conf"
            print "interface=" network "\ndriver=none\nctrl_interface=/run/hostapd\nhw_mode=g\nchannel=6" > file }
        BEGIN { open(name) }
        $1 == "bss" { open($2); next }
        /^(interface|driver|ctrl_interface|country_code|hw_mode|channel|bridge|bssid|#)/ { next }
        /^ieee80211/ && !/^ieee80211w=/ { next }
        { print > file }' "$file"
done
files+=(/run/hostapd-none/*.conf)
hostapd -B -P /run/hostapd.pid "${files[@]}"
for port in "${ports[@]}"; do
    hostapd_cli -i "$port" -a /etc/turnup/port-action -B -P "/run/hostapd-port-$port.pid"
done
"""
_ACTION = r"""#!/bin/bash
# hostapd_cli calls this: INTERFACE EVENT MAC. Whoever was let in may send through the port.
case "$2" in
AP-STA-CONNECTED) bridge fdb replace "$3" dev "$1" master static ;;
AP-STA-DISCONNECTED) bridge fdb del "$3" dev "$1" master ;;
esac
"""


def stage(etc: Path, ports: str) -> None:
    """Write what hostapd has on a device that has just been taken out of its box.

    Args:
        etc: the device's own /etc.
        ports: `radio` or `wired`.
    """
    hostapd = etc / "hostapd"
    hostapd.mkdir()
    if ports == "radio":
        (hostapd / "wlan0.conf").write_text(_RADIO.format(name="wlan0", band="2.4 GHz", mode="g", channel=6))
        (hostapd / "wlan1.conf").write_text(_RADIO.format(name="wlan1", band="5 GHz", mode="a", channel=36))
        # Any VLAN that RADIUS names, each on an interface of its own (hostapd.conf, vlan_file).
        (hostapd / "vlans").write_text("* #-vlan\n")
    for port in PORTS if ports == "wired" else ():
        (hostapd / f"{port}.conf").write_text(_PORT.format(name=port))
    for each in hostapd.iterdir():
        each.chmod(0o600)
    for name, text in (("restart-hostapd", _RESTART), ("port-action", _ACTION)):
        (etc / "turnup" / name).write_text(text, encoding="utf-8")
        (etc / "turnup" / name).chmod(0o755)
