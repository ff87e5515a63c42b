"""Real devices (FRR, Open vSwitch) in network namespaces, reached over SSH; needs root."""
