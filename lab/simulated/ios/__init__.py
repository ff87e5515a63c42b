"""Cisco IOS-XE: its vocabulary, its quirks, its commands."""
