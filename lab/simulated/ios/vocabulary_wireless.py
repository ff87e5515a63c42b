"""What a Catalyst 9800 controller understands besides; the notation is that of `lab/simulated/vocabulary.py`.

From the Catalyst 9800 Series command reference, IOS-XE 17.9. A WLAN and a policy profile are shut until told otherwise,
and a WLAN begins with WPA2, 802.1X and adaptive fast transition. A flex profile is taken by remote sites only.
"""

from __future__ import annotations

CONTROLLER = """
@controller wireless management interface = <ifname>
@controller wireless country <word>
@controller wireless profile flex <word> -> config-wireless-flex
@controller wireless profile policy <word> -> config-wireless-policy
@controller wireless tag policy <word> -> config-policy-tag
@controller wireless tag site <word> -> config-site-tag
@controller wireless tag rf <word> -> config-rf-tag
@controller wlan <word> = <int> <line> -> config-wlan
@controller ap profile <word> -> config-ap-profile
@controller ap <word> -> config-ap-tag
"""

CONTROLLER_MODES = {
    "config-wlan": """
radio policy dot11 (24ghz|5ghz|6ghz)
peer-blocking = (drop|forward-upstream|allow-private-group)
+security ft adaptive !needs_shut_wlan
+security wpa akm dot1x !needs_shut_wlan
security wpa akm (dot1x-sha256|psk|sae|owe) !needs_shut_wlan
security wpa psk set-key ascii = <int> <word> !needs_shut_wlan
no security wpa psk set-key
+security wpa wpa2 !needs_shut_wlan
security wpa wpa3 !needs_shut_wlan
security dot1x authentication-list = <word> !needs_shut_wlan
security pmf = (mandatory|optional) !needs_shut_wlan
+shutdown
""",
    "config-wireless-policy": """
aaa-override !needs_shut_wlan
+central dhcp !needs_shut_wlan
+central switching !needs_shut_wlan
description = <line>
session-timeout = <int>
vlan = <word> !needs_shut_wlan
+shutdown
""",
    "config-wireless-flex": "description = <line>\nnative-vlan-id = <int>\nvlan-name <word> -> config-flex-vlan\n",
    "config-flex-vlan": "vlan-id = <int>\n",
    "config-policy-tag": "description = <line>\nwlan <word> policy = <word>\n",
    "config-site-tag": """
ap-profile = <word>
description = <line>
+local-site
flex-profile = <word> !needs_remote_site
""",
    "config-rf-tag": "24ghz-rf-policy = <word>\n5ghz-rf-policy = <word>\ndescription = <line>\n",
    "config-ap-profile": "country = <word>\ndescription = <line>\nssh\n",
    "config-ap-tag": "policy-tag = <word>\nrf-tag = <word>\nsite-tag = <word>\n",
}
"""Mode to its rules."""
