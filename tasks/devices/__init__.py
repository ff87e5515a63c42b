"""Read and change network devices: Nornir device tasks over Netmiko connections. No Prefect here."""
