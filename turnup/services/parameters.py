"""Moved to turnup.parameters."""

from turnup.parameters import PARAMETERS, LanParameters, Parameters, Segment, ServiceName, WanParameters

__all__ = ["PARAMETERS", "LanParameters", "Parameters", "Segment", "ServiceName", "WanParameters"]
