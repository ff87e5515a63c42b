"""The push beside its peers: a neutral simulator, one job in two rooms of a machine, medians."""
