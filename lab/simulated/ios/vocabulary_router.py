"""What a device understands under `router bgp`; the notation is that of `vocabulary.py`."""

from __future__ import annotations

ROUTER = """
bgp router-id = <line>
bgp log-neighbor-changes !log_changes
+bgp default ipv4-unicast
bgp graceful-restart = <rest>
bgp bestpath <line>
bgp asnotation = <word>
+bgp enforce-first-as
bgp <line>
timers bgp = <line>
network <ip> mask <mask> <rest> !network
network <ip>
aggregate-address <line>
redistribute <word> = <rest>
maximum-paths = <line>
distance bgp = <line>
default-information originate
+synchronization
+auto-summary
%neighbor <peer> peer-group
%neighbor <peer> remote-as = <asn> !neighbor
%neighbor <peer> local-as = <line> !neighbor
%neighbor <peer> peer-group = <word> !neighbor
%neighbor <peer> description = <line> !neighbor
%neighbor <peer> shutdown !neighbor
%neighbor <peer> password = <line> !neighbor
%neighbor <peer> ebgp-multihop = <rest> !neighbor
%neighbor <peer> update-source = <ifname> !neighbor
%neighbor <peer> version = <int> !neighbor
%neighbor <peer> timers = <line> !neighbor
%neighbor <peer> fall-over = <rest> !neighbor
%neighbor <peer> activate !neighbor
%neighbor <peer> send-community = <rest> !neighbor
%neighbor <peer> next-hop-self = <rest> !neighbor
%neighbor <peer> default-originate = <rest> !neighbor
%neighbor <peer> soft-reconfiguration inbound !neighbor
%neighbor <peer> allowas-in = <rest> !neighbor
%neighbor <peer> as-override !neighbor
%neighbor <peer> soo = <rd> !neighbor
%neighbor <peer> remove-private-as !neighbor
%neighbor <peer> weight = <int> !neighbor
%neighbor <peer> advertisement-interval = <int> !neighbor
%neighbor <peer> prefix-list <word> = (in|out) !neighbor_filter
%neighbor <peer> route-map <word> = (in|out) !neighbor_filter
%neighbor <peer> distribute-list <word> = (in|out) !neighbor_filter
%neighbor <peer> filter-list <int> = (in|out) !neighbor_filter
%neighbor <peer> maximum-prefix = <int> <rest> !neighbor
no neighbor <peer>
"""
