"""Effects, each one small: devices, ledger, inventory files, approvals, and the Prefect steps around them."""
