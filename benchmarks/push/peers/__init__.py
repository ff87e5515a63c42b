"""The peers: each pushes the same lines to the same devices in its own way.

Each connects, reads the running configuration, pushes 60 lines, saves, reads back and disconnects; `lean` does what
Turnup's protocol asks of a device: two sessions, armed, confirmed, compared before and after. They are run in virtual
environments of their own, one for each `*.txt` here, never in Turnup's.
"""
