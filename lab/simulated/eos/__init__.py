"""Arista EOS: its vocabulary, its quirks, its commands, its configuration sessions."""
