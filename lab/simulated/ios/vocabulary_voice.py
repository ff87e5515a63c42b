"""What Cisco IOS-XE understands of voice: a CUBE's classes, translations, dial peers and analogue ports.

Sources: Cisco IOS Voice Command Reference (IOS-XE 17); CUBE Configuration Guide, IOS-XE 17.6 onwards.
"""

from __future__ import annotations

VOICE = """
@router voice service voip -> conf-voi-serv
@router voice class uri <word> sip -> config-voice-uri-class
@router voice class codec <int> -> config-class
@router voice class sip-options-keepalive <int> -> config-options-keepalive
@router voice class e164-pattern-map <int> -> voice-class-e164
@router voice class server-group <int> -> config-server-group
@router voice translation-rule <int> -> cfg-translation-rule
@router voice translation-profile <word> -> cfg-translation-profile
@router voice-port <word> -> config-voiceport !voice_port
@router dial-peer voice <int> (voip|pots) -> config-dial-peer
@router sip-ua -> config-sip-ua
"""
"""Of the global mode, in the order in which they are shown."""

VOICE_MODES: dict[str, str] = {
    "conf-voi-serv": """
ip address trusted list -> cfg-iptrust-list
address-hiding
mode border-element = <rest>
allow-connections (sip|h323) to (sip|h323)
+supplementary-service sip refer
+supplementary-service sip moved-temporarily
sip -> conf-serv-sip
""",
    "cfg-iptrust-list": "ipv4 <ip> = <rest>\n",
    "conf-serv-sip": "asserted-id = (pai|ppi)\nearly-offer forced\nbind <line>\n",
    "config-voice-uri-class": "host <word>\npattern = <line>\nuser-id = <line>\n",
    "config-class": "codec preference <int> = <line>\n",
    "config-options-keepalive": """
description = <line>
transport = (tcp|udp|system)
sip-profiles = <int>
down-interval = <int>
up-interval = <int>
retry = <int>
shutdown
""",
    "voice-class-e164": "description = <line>\ne164 <word>\nurl = <line>\n",
    "config-server-group": "ipv4 <ip> = <rest>\ndescription = <line>\nhunt-scheme = <word>\n",
    "cfg-translation-rule": "%rule <int> = <line>\n",
    "cfg-translation-profile": "translate (calling|called|redirect-called) = <int>\n",
    "config-voiceport": """
translation-profile (incoming|outgoing) = <word>
description = <line>
connection plar = <line>
cptone = <word>
timeouts <word> = <line>
timing <word> = <line>
station-id name = <line>
station-id number = <word>
caller-id enable
shutdown
""",
    "config-dial-peer": """
description = <line>
translation-profile (incoming|outgoing) = <word>
preference = <int>
max-conn = <int>
destination-pattern = <word>
port = <word>
session protocol = <word>
session target = <word>
session server-group = <int>
destination e164-pattern-map = <int>
incoming called-number = <word>
incoming uri (via|request|to|from) = <word>
voice-class codec = <int>
voice-class sip asserted-id = (pai|ppi)
voice-class sip options-keepalive = <rest>
dtmf-relay = <line>
+vad
+digit-strip
shutdown
""",
    "config-sip-ua": "retry <word> = <int>\ntimers <word> = <int>\n+remote-party-id\n",
}
"""Mode to its rules."""
