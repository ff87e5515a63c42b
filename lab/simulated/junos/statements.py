"""The statements that a simulated Junos device takes, in the notation of `schema`.

Source: Junos OS configuration statement references: Ethernet Switching, EX; Interfaces; Routing Protocols and BGP;
Layer 3 VPNs; Routing Policies and Firewall Filters; Class of Service; Security Services, SRX; CLI.
"""

from __future__ import annotations

from lab.simulated.junos.schema import Schema

_ROOT = """
version <text>
groups
  {name}
apply-groups [name]
system
  host-name <word>
  domain-name <word>
  time-zone <word>
  no-redirects
  arp
    aging-timer <number>
  authentication-order [word]
  root-authentication
    encrypted-password <hash>
  location
    building <text>
    country-code <text>
  name-server {address}
  radius-server {address}
    port <number>
    secret <secret>
    timeout <number>
    retry <number>
    source-address <address>
  tacplus-server {address}
    secret <secret>
    single-connection
    source-address <address>
  radius-options
    attributes
      nas-ip-address <address>
  login
    announcement <text>
    message <text>
    retry-options
      tries-before-disconnect <number:2-10>
      backoff-threshold <number>
    class {name}
      idle-timeout <number>
      permissions [word]
      allow-commands <text>
      deny-commands <text>
    user {name}
      full-name <text>
      uid <number>
      class <word>
      authentication
        encrypted-password <hash>
        ssh-rsa {text}
        ssh-ed25519 {text}
  services
    ssh!
      root-login (allow|deny|deny-password)
      protocol-version [word]
      max-sessions-per-connection <number>
      connection-limit <number>
      rate-limit <number>
      ciphers [word]
      macs [word]
      key-exchange [word]
      client-alive-interval <number>
    telnet!
    ftp!
    finger!
    netconf
      ssh!
        port <number>
      rfc-compliant
    web-management
      http!
        port <number>
        interface [interface]
      https!
        port <number>
        system-generated-certificate
        interface [interface]
    dhcp-local-server
      group {name}
        interface {interface}
    outbound-ssh
      client {name}
        device-id <word>
  syslog
    archive
      size <rate>
      files <number>
      world-readable
    user {name}
      $facilities
    host {word}
      $facilities
      port <number>
      source-address <address>
      facility-override <word>
      log-prefix <word>
      match <text>
      structured-data!
      explicit-priority
    file {name}
      $facilities
      archive
        size <rate>
        files <number>
      match <text>
      structured-data!
    console
      $facilities
    source-address <address>
    time-format
      year
      millisecond
  archival
    configuration
      transfer-on-commit
      transfer-interval <number>
      archive-sites {text}
        password <secret>
  commit
    synchronize
    persist-groups-inheritance
    fast-synchronize
  ports
    console
      log-out-on-disconnect
      type <word>
      insecure
    auxiliary
      disable
  ntp
    boot-server <address>
    server {address}
      key <number>
      version <number>
      prefer
    authentication-key {number}
      type <word>
      value <secret>
    trusted-key [number]
    source-address <address>
  internet-options
    path-mtu-discovery
    no-source-quench
  max-configurations-on-flash <number>
  max-configuration-rollbacks <number>
  auto-snapshot
  processes
    dhcp-service
      traceoptions
        file!
          size <rate>
        level <word>
        flag {word}
  phone-home!
    server <text>
  license
    autoupdate
      url {text}
chassis
  aggregated-devices
    ethernet
      device-count <number>
  redundancy
    graceful-switchover!
  alarm
    management-ethernet
      link-down (ignore|red|yellow)
  auto-image-upgrade
  fpc {number}
    pic {number}
      port {number}
        speed <rate>
      tunnel-services
        bandwidth <rate>
      inline-services
        bandwidth <rate>
  network-services (ip|enhanced-ip|ethernet|enhanced-ethernet)
virtual-chassis
  preprovisioned
  no-split-detection
  member {number}
    role (routing-engine|line-card)
    serial-number <word>
    mastership-priority <number:0-255>
security
  log
    mode (event|stream)
    report
  screen
    ids-option {name}
      icmp
        ping-death
      ip
        source-route-option
        tear-drop
      tcp
        land
        syn-flood!
          alarm-threshold <number>
          attack-threshold <number>
          timeout <number>
  nat
    source
      pool {name}
        address {prefix}
      rule-set {name}
        from
          zone [name]
          routing-instance [name]
          interface [interface]
        to
          zone [name]
          routing-instance [name]
          interface [interface]
        rule {name}^
          match
            source-address [network]
            destination-address [network]
          then
            source-nat
              (interface|off)
              pool!
                {name}
    destination
      pool {name}
        address {prefix}
          port <number>
      rule-set {name}
        from
          zone [name]
        rule {name}^
          match
            destination-address {prefix}
            destination-port {number}
          then
            destination-nat
              pool!
                {name}
  policies
    from-zone {zone}
      to-zone {zone}
        policy {name}^
          $policy
    global
      policy {name}^
        $policy
    default-policy
      (permit-all|deny-all)
  zones
    security-zone {name}
      description <text>
      screen <name>
      address-book
        address {name}
          (any)
          {prefix}
      host-inbound-traffic
        system-services {word}
        protocols {word}
      interfaces {interface}
        host-inbound-traffic
          system-services {word}
          protocols {word}
      tcp-rst
  forwarding-options
    family
      inet6
        mode (packet-based|flow-based)
      mpls
        mode (packet-based|flow-based)
  ike
    proposal {name}
      authentication-method <word>
      dh-group <word>
      encryption-algorithm <word>
      lifetime-seconds <number>
    policy {name}
      mode <word>
      proposals [name]
      pre-shared-key
        ascii-text <secret>
    gateway {name}
      ike-policy <name>
      address <address>
      external-interface <interface>
      version <word>
  ipsec
    proposal {name}
      protocol <word>
      encryption-algorithm <word>
    policy {name}
      proposals [name]
      perfect-forward-secrecy
        keys <word>
    vpn {name}
      bind-interface <interface>
      ike
        gateway <name>
        ipsec-policy <name>
      establish-tunnels <word>
applications
  application {name}
    protocol <word>
    source-port <word>
    destination-port <word>
  application-set {name}
    application {name}
interfaces
  interface-range {name}
    member {text}
    member-range {interface}
      to <interface>
    $interface
  {interface}@
    $interface
snmp
  name <text>
  description <text>
  location <text>
  contact <text>
  filter-interfaces
    interfaces {text}
  view {name}
    oid {word}
      (include|exclude)
  community {name}
    authorization (read-only|read-write)
    view <name>
    clients {prefix}
      restrict
    client-list-name <name>
  client-list {name}
    {prefix}
  trap-options
    source-address <word>
  trap-group {name}
    version (v1|v2|all)
    categories
      (authentication|chassis|configuration|link|remote-operations|rmon-alarm|routing|startup|vrrp-events)
    targets {address}
  v3
    usm
      local-engine
        user {name}
          $authentications
    vacm
      security-to-group
        security-model {word}
          security-name {word}
            group <name>
      access
        group {name}
          default-context-prefix
            security-model {word}
              security-level {word}
                read-view <name>
                write-view <name>
                notify-view <name>
    target-address {name}
      address <address>
      port <number>
      tag-list <text>
      target-parameters <name>
    target-parameters {name}
      parameters
        message-processing-model (v1|v2c|v3)
        security-model (usm|v1|v2c)
        security-level (authentication|none|privacy)
        security-name <word>
      notify-filter <name>
    notify {name}
      type (trap|inform)
      tag <word>
    notify-filter {name}
      oid {word}
        (include|exclude)
  engine-id
    (use-mac-address|use-default-ip-address)
    local <text>
forwarding-options
  storm-control-profiles {name}
    all!
      bandwidth-percentage <number:1-100>
      bandwidth-level <number>
      no-broadcast
      no-multicast
      no-registered-multicast
      no-unknown-unicast
    action-shutdown
  helpers
    bootp
      server {address}
      interface {interface}
        server {address}
  $relay
  sampling
    instance {name}
      input
        rate <number>
      family
        inet
          output
            flow-server {address}
              port <number>
              version9
                template
                  {name}
  analyzer {name}
    input
      ingress
        interface {interface}
      egress
        interface {interface}
    output
      interface <interface>
  hash-key
    family
      inet
        layer-3
        layer-4
event-options
  policy {name}
    events [word]
    then
      execute-commands
        commands {text}
  generate-event {name}
    time-interval <number>
  destinations {name}
    archive-sites {text}
poe
  management (static|class)
  guard-band <number>
  notification-control
    fpc {number}
  interface {interface}
    disable
    priority (low|high)
    maximum-power <word>
    telemetries!
  fpc {number}
    guard-band <number>
access
  radius-server {address}
    port <number>
    accounting-port <number>
    dynamic-request-port <number>
    secret <secret>
    timeout <number>
    retry <number>
    source-address <address>
  profile {name}
    authentication-order [word]
    accounting-order [word]
    radius
      authentication-server [address]
      accounting-server [address]
    radius-server {address}
      port <number>
      secret <secret>
      source-address <address>
      timeout <number>
      retry <number>
      dynamic-request-port <number>
    accounting
      order [word]
      accounting-stop-on-failure
      accounting-stop-on-access-deny
  address-assignment
    pool {name}
      family
        inet
          network <network>
          range {name}
            low <address>
            high <address>
          dhcp-attributes
            maximum-lease-time <number>
            name-server {address}
            router {address}
            domain-name <word>
routing-options
  $routing-options
protocols
  $protocols
  dot1x
    traceoptions
      file!
        size <rate>
    authenticator
      authentication-profile-name <name>
      no-mac-table-binding
      interface {interface}
        supplicant (single|single-secure|multiple)
        retries <number>
        quiet-period <number>
        transmit-period <number>
        mac-radius!
          restrict
          flap-on-disconnect
          authentication-protocol
            (eap-md5|eap-peap|pap)
        reauthentication <number>
        no-reauthentication
        supplicant-timeout <number>
        server-timeout <number>
        maximum-requests <number>
        guest-vlan <vlan>
        server-reject-vlan <vlan>
        server-fail
          (deny|permit|use-cache)
          vlan-name <vlan>
        server-fail-voip
          (deny|permit|use-cache)
          vlan-name <vlan>
  lldp!
    disable
    advertisement-interval <number>
    port-id-subtype (locally-assigned|interface-name)
    management-address <address>
    interface {interface}
      disable
  lldp-med!
    fast-start <number>
    interface {interface}
      disable
  igmp-snooping
    vlan {vlan}
      proxy
      immediate-leave
      interface {interface}
        multicast-router-interface
  rstp!
    $spanning-tree
  mstp!
    configuration-name <word>
    revision-level <number>
    $spanning-tree
    msti {number}
      bridge-priority <word>
      vlan [vlan]
  vstp!
    force-version <word>
    vlan {vlan}
      $spanning-tree
    interface {interface}
      $spanning-tree-port
  layer2-control
    nonstop-bridging
    bpdu-block
      interface {interface}
        disable
      disable-timeout <number>
policy-options
  prefix-list {name}
    {network}@
    apply-path <text>
  policy-statement {name}
    term {name}^
      from!
        $from
      to!
        $from
      then!
        $then
    from!
      $from
    then!
      $then
  community {name}
    members [community]
    invert-match
  as-path {name}
    {text}
  as-path-group {name}
    as-path {name}
      {text}
class-of-service
  classifiers
    dscp {name}
      import <name>
      forwarding-class {name}
        loss-priority {word}
          code-points [word]
    ieee-802.1 {name}
      import <name>
      forwarding-class {name}
        loss-priority {word}
          code-points [word]
  code-point-aliases
    dscp {name}
      {text}
  drop-profiles {name}
    fill-level {number}
      drop-probability <number>
  forwarding-classes
    class {name}
      queue-num <number:0-15>
      no-loss
    queue {number}
      {name}
  traffic-control-profiles {name}
    scheduler-map <name>
    shaping-rate <rate>
    guaranteed-rate <rate>
    delay-buffer-rate <rate>
    overhead-accounting
      bytes <word>
  host-outbound-traffic
    forwarding-class <name>
    dscp-code-point <word>
  rewrite-rules
    dscp {name}
      import <name>
      forwarding-class {name}
        loss-priority {word}
          code-point <word>
    ieee-802.1 {name}
      forwarding-class {name}
        loss-priority {word}
          code-point <word>
  scheduler-maps {name}
    forwarding-class {name}
      scheduler <name>
  schedulers {name}
    transmit-rate
      <rate>
      percent <number:1-100>
      remainder!
      (exact)
    shaping-rate!
      <rate>
      percent <number:1-100>
    buffer-size
      percent <number:1-100>
      remainder!
      temporal <number>
    priority <word>
    drop-profile-map {text}
    explicit-congestion-notification
  interfaces {interface}
    scheduler-map <name>
    shaping-rate!
      <rate>
    output-traffic-control-profile <name>
    $cos-marks
    unit {unit}
      scheduler-map <name>
      shaping-rate!
        <rate>
      output-traffic-control-profile <name>
      $cos-marks
firewall
  family
    inet
      $filters
      prefix-action {name}
        count
    inet6
      $filters
    ethernet-switching
      $filters
    any
      $filters
  $filters
  policer {name}
    if-exceeding
      bandwidth-limit <rate>
      bandwidth-percent <number>
      burst-size-limit <rate>
    then
      discard
      loss-priority <word>
      forwarding-class <name>
  three-color-policer {name}
    two-rate
      color-blind
      committed-information-rate <rate>
      committed-burst-size <rate>
      peak-information-rate <rate>
      peak-burst-size <rate>
routing-instances
  {name}
    description <text>
    instance-type (vrf|virtual-router|forwarding|vpls|l2vpn|virtual-switch|mac-vrf|evpn)
    interface {interface}
    route-distinguisher <word>
    vrf-import [name]
    vrf-export [name]
    vrf-target!
      <community>
      import <community>
      export <community>
    vrf-table-label!
    no-vrf-propagate-ttl
    routing-options
      $routing-options
    protocols
      $protocols
    $relay-in
vlans
  {name}@
    description <text>
    vlan-id <vlan>
    vlan-id-list [vlan]
    l3-interface <interface>
    interface {interface}
    forwarding-options
      dhcp-security!
        arp-inspection
        ip-source-guard
        neighbor-discovery-inspection
        no-dhcp-snooping
        option-82!
          circuit-id!
            prefix
              (host-name|logical-system-name|routing-instance-name)
          remote-id!
        group {name}
          overrides!
            trusted
            untrusted
            no-option82
          interface {interface}
            static-ip {address}
              mac <word>
      filter
        input <name>
        output <name>
      flood
        input <name>
    switch-options
      mac-limit <number>
      mac-table-size <number>
      interface {interface}
        interface-mac-limit
          <number>
    mcast-flood
    private-vlan (community|isolated)
    isolated-vlan <vlan>
    community-vlans [vlan]
switch-options
  mac-table-size <number>
  voip
    interface {interface}
      vlan <vlan>
      forwarding-class <name>
  interface {interface}
    interface-mac-limit!
      <number>
      packet-action (drop|drop-and-log|log|none|shutdown)
    no-mac-learning
    persistent-learning
    authentication-whitelist
  authentication-whitelist {text}
    interface {interface}
    vlan-assignment <vlan>
"""

_PARTS = {
    "facilities": """
any (any|alert|critical|emergency|error|info|none|notice|warning)
authorization (any|alert|critical|emergency|error|info|none|notice|warning)
interactive-commands (any|alert|critical|emergency|error|info|none|notice|warning)
change-log (any|alert|critical|emergency|error|info|none|notice|warning)
daemon (any|alert|critical|emergency|error|info|none|notice|warning)
kernel (any|alert|critical|emergency|error|info|none|notice|warning)
firewall (any|alert|critical|emergency|error|info|none|notice|warning)
external (any|alert|critical|emergency|error|info|none|notice|warning)
security (any|alert|critical|emergency|error|info|none|notice|warning)
user (any|alert|critical|emergency|error|info|none|notice|warning)
""",
    "authentications": """
authentication-sha
  authentication-password <secret>
  authentication-key <secret>
authentication-md5
  authentication-key <secret>
privacy-aes128
  privacy-password <secret>
  privacy-key <secret>
privacy-des
  privacy-key <secret>
authentication-none
privacy-none
""",
    "policy": """
match
  source-address [word]
  destination-address [word]
  application [word]
then
  (permit|deny|reject)
  log
    session-init
    session-close
  count!
""",
    "interface": """
apply-groups [name]
description <text>
disable
mtu <number:256-9500>
speed <word>
link-mode (full-duplex|half-duplex|automatic)
native-vlan-id <vlan>
no-native-vlan-insert
vlan-tagging
flexible-vlan-tagging
stacked-vlan-tagging
encapsulation <word>
per-unit-scheduler
hierarchical-scheduler!
  maximum-hierarchy-levels <number>
hold-time
  up <number>
  down <number>
traceoptions
  flag {word}
gigether-options
  (auto-negotiation|no-auto-negotiation)
  (flow-control|no-flow-control)
  802.3ad!
    {interface}
ether-options
  (auto-negotiation|no-auto-negotiation)
  (flow-control|no-flow-control)
  speed
    (10m|100m|1g|10g|auto-negotiation)
  802.3ad!
    {interface}
  ieee-802.3az-eee
aggregated-ether-options
  minimum-links <number>
  link-speed <word>
  lacp!
    (active|passive)
    periodic (fast|slow)
    system-id <word>
unit {unit}@
  apply-groups [name]
  description <text>
  disable
  bandwidth <rate>
  encapsulation <word>
  vlan-id <vlan>
  vlan-tags
    outer <word>
    inner <word>
  proxy-arp!
    (restricted|unrestricted)
  tunnel
    source <address>
    destination <address>
  family
    inet!
      mtu <number>
      no-redirects
      rpf-check!
      filter
        input <name>
        output <name>
        input-list [name]
      sampling
        input
        output
      dhcp!
        vendor-id <text>
      targeted-broadcast!
        (forward-and-send-to-re|forward-only)
      policer
        input <name>
        output <name>
      address {prefix}
        primary
        preferred
        arp {address}
          mac <word>
        vrrp-group {number}
          virtual-address [address]
          priority <number:1-255>
          advertise-interval <number>
          fast-interval <number>
          preempt!
            hold-time <number>
          no-preempt
          accept-data
          authentication-type <word>
          authentication-key <secret>
          track
            interface {interface}
              priority-cost <number>
            route {network}
              routing-instance <name>
              priority-cost <number>
            priority-hold-time <number>
    inet6!
      mtu <number>
      filter
        input <name>
        output <name>
      address {prefix}
        primary
        preferred
        eui-64
    mpls!
      mtu <number>
    iso!
      address {word}
    ethernet-switching!
      interface-mode (access|trunk)
      vlan
        members [vlan]
      filter
        input <name>
        output <name>
      storm-control <name>
      recovery-timeout <number>
    bridge!
      interface-mode (access|trunk)
      vlan-id <vlan>
""",
    "relay": """
dhcp-relay!
  forward-snooped-clients (all-interfaces|configured-interfaces|non-configured-interfaces)
  overrides!
    no-bind-on-request
    trust-option-82
    always-write-option-82
  server-group {name}
    {address}
  active-server-group <name>
  group {name}
    active-server-group <name>
    overrides!
      trust-option-82
      no-bind-on-request
    interface {interface}
    relay-option-82!
      circuit-id!
        prefix
          (host-name|logical-system-name|routing-instance-name)
""",
    "relay-in": """
forwarding-options
  $relay
""",
    "routing-options": """
router-id <address>
autonomous-system <word>
route-distinguisher-id <address>
auto-export!
nonstop-routing
interface-routes
  rib-group
    inet <name>
rib-groups {name}
  import-rib [word]
  import-policy [name]
static!
  route {network}
    next-hop [word]
    next-table <word>
    qualified-next-hop {word}
      preference <number>
      metric <number>
      bfd-liveness-detection
        minimum-interval <number>
        multiplier <number>
    (discard|reject|receive)
    preference <number>
    metric <number>
    tag <number>
    (retain|no-retain)
    (readvertise|no-readvertise)
    (resolve|no-resolve)
    (install|no-install)
    (active|passive)
  defaults
    preference <number>
aggregate
  route {network}
    (discard|reject)
    policy [name]
    preference <number>
    (full|brief)
generate
  route {network}
    policy [name]
rib {name}
  static!
    route {network}
      next-hop [word]
      (discard|reject)
  aggregate
    route {network}
      (discard|reject)
forwarding-table
  export [name]
multipath!
  vpn-unequal-cost!
graceful-restart!
martians {network}
  (exact|orlonger)
  (allow)
flow
  term-order (legacy|standard)
""",
    "bfd": """
bfd-liveness-detection
  minimum-interval <number:1-255000>
  minimum-receive-interval <number>
  multiplier <number:1-255>
  transmit-interval
    minimum-interval <number>
  session-mode (automatic|multihop|single-hop)
  no-adaptation
""",
    "nlri": """
$unicast
labeled-unicast!
  rib
    inet.3!
""",
    "unicast": """
unicast!
  prefix-limit
    maximum <number:1-4294967295>
    teardown!
      <number>
      idle-timeout <word>
  accepted-prefix-limit
    maximum <number>
    teardown!
      <number>
      idle-timeout <word>
  loops <number>
  add-path
    receive
    send
      path-count <number>
""",
    "peer": """
description <text>
local-address <address>
hold-time <number>
passive
import [name]
export [name]
authentication-key <secret>
peer-as <word>
local-as!
  <word>
  loops <number>
  private
  no-prepend-global-as
metric-out
  <number>
  igp!
preference <number>
local-preference <number>
as-override
remove-private!
out-delay <number>
multihop!
  ttl <number>
  no-nexthop-change
advertise-peer-as
log-updown
damping
graceful-restart!
  disable
tcp-mss <number>
ttl <number>
cluster <address>
multipath!
  multiple-as
$bfd
family
  inet
    $nlri
    flow!
    any!
  inet6
    $nlri
  inet-vpn
    $unicast
  inet6-vpn
    $unicast
  evpn
    signaling!
  l2vpn
    signaling!
  route-target!
""",
    "protocols": """
bgp!
  $peer
  group {name}
    type (internal|external)
    $peer
    neighbor {address}
      $peer
    allow [network]
ospf!
  export [name]
  import [name]
  reference-bandwidth <rate>
  overload!
  domain-id
    {word}
  area {word}
    stub!
      default-metric <number>
      no-summaries
    nssa!
    area-range {network}
    interface {interface}
      interface-type (p2p|nbma|p2mp)
      metric <number>
      passive!
      priority <number>
      hello-interval <number>
      dead-interval <number>
      disable
      authentication
        md5 {number}
          key <secret>
        simple-password <secret>
      $bfd
ospf3!
  area {word}
    interface {interface}
      metric <number>
      passive!
isis!
  level {number}
    disable
    wide-metrics-only
    authentication-key <secret>
    authentication-type <word>
  interface {interface}
    point-to-point
    passive!
    level {number}
      metric <number>
      disable
mpls!
  interface {interface}
    disable
  label-switched-path {name}
    to <address>
    priority <word>
  no-propagate-ttl
  icmp-tunneling
ldp!
  track-igp-metric
  deaggregate
  transport-address <word>
  interface {interface}
  session {address}
    authentication-key <secret>
rsvp!
  interface {interface}
    bandwidth <rate>
pim!
  rp
    static
      address {address}
    local
      address <address>
  interface {interface}
    mode (dense|sparse|sparse-dense)
igmp!
  interface {interface}
    version <number>
    disable
router-advertisement
  interface {interface}
    prefix {network}
vrrp
  startup-silent-period <number>
bfd
  traceoptions
    flag {word}
""",
    "spanning-tree": """
bridge-priority <word>
bpdu-block-on-edge
max-age <number>
hello-time <number>
forward-delay <number>
system-identifier <word>
disable
interface {interface}
  $spanning-tree-port
""",
    "spanning-tree-port": """
edge
no-root-port
disable
cost <number>
priority <number>
mode (point-to-point|shared)
bpdu-timeout-action
  (alarm|block|log)
""",
    "from": """
protocol [word]
prefix-list {name}
prefix-list-filter {name}
  (exact|longer|orlonger)
route-filter {network}
  (exact|longer|orlonger|accept|reject)
  upto <word>
  prefix-length-range <word>
  through <network>
source-address-filter {network}
  (exact|longer|orlonger)
community [name]
as-path [name]
as-path-group [name]
neighbor [address]
next-hop [address]
interface [interface]
instance <name>
rib <word>
family (inet|inet6|inet-vpn|evpn)
local-preference <number>
metric <number>
origin (egp|igp|incomplete)
policy [name]
area <word>
tag [number]
route-type (external|internal)
""",
    "then": """
(accept|reject)
next (term|policy)
default-action (accept|reject)
metric!
  <number>
  igp!
  add <number>
local-preference!
  <number>
  add <number>
  subtract <number>
preference <number>
origin (egp|igp|incomplete)
as-path-prepend <text>
as-path-expand <text>
community
  add [name]
  delete [name]
  set [name]
next-hop!
  (self|peer-address|reject|discard)
  {address}
tag <number>
load-balance!
  (per-packet|per-flow|consistent-hash)
external!
  type <number>
trace
color <number>
install-nexthop!
  lsp <name>
""",
    "filters": """
filter {name}
  interface-specific
  physical-interface-filter
  accounting-profile [name]
  term {name}^
    filter <name>
    from!
      $matches
    then!
      $actions
""",
    "matches": """
address {network}
  except
source-address {network}
  except
destination-address {network}
  except
prefix-list {name}
  except
source-prefix-list {name}
  except
destination-prefix-list {name}
  except
protocol [word]
next-header [word]
port [word]
source-port [word]
destination-port [word]
icmp-type [word]
icmp-code [word]
dscp [word]
precedence [word]
forwarding-class [name]
tcp-flags <text>
tcp-established
tcp-initial
is-fragment
first-fragment
fragment-offset [word]
ttl [number]
packet-length [word]
interface [interface]
user-vlan-id [vlan]
ether-type [word]
source-mac-address {word}
destination-mac-address {word}
ip-source-address {network}
ip-destination-address {network}
ip-protocol [word]
learn-vlan-1p-priority [word]
""",
    "actions": """
(accept|discard)
reject!
  (administratively-prohibited|tcp-reset)
next (term)
count <name>
log
syslog
sample
port-mirror
policer <name>
three-color-policer
  two-rate <name>
forwarding-class <name>
loss-priority <word>
dscp <word>
routing-instance!
  {name}
next-interface!
  {interface}
vlan <vlan>
analyzer <name>
""",
    "cos-marks": """
classifiers
  dscp!
    {name}
  ieee-802.1!
    {name}
rewrite-rules
  dscp!
    {name}
  ieee-802.1!
    {name}
forwarding-class <name>
""",
}

JUNOS = Schema(_ROOT, _PARTS)
"""Junos, as EX, MX and SRX have it in common."""
