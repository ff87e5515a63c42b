"""From running and declared configuration to candidate, remediation and rollback, ours only."""
