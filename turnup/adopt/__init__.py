"""Taking over what exists: what a device has already of what an order declares."""

from turnup.adopt.adoption import Adoption, Explained, adopt_device, explain
from turnup.adopt.facts import DeviceFacts, facts_of
from turnup.adopt.held import held_already

__all__ = ["Adoption", "DeviceFacts", "Explained", "adopt_device", "explain", "facts_of", "held_already"]
