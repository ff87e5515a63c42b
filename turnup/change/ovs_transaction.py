"""From the canonical text of an Open vSwitch change to one atomic ovs-vsctl transaction (placeholder)."""


def transaction(remediation: tuple[str, ...], bridge: str = "br0") -> tuple[str, ...]:
    """See below."""
    return remediation
