"""From running and declared configuration to candidate, remediation and rollback, touching only what is ours."""
