"""Signatures over call-offs and plans, made and verified by OpenSSH."""
