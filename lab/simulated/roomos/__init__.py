"""Cisco RoomOS, as its xAPI answers over SSH."""
