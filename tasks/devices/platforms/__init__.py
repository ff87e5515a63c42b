"""One module per platform: how it is collected, checked, armed, changed, confirmed, reverted, saved."""
