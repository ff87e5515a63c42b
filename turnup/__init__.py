"""The domain of Turnup: pure values, from the call-off to the plan of every device.

No network, no database, no clock, no environment in here: what a function needs, it is given.
"""
