"""The commands of `turnup`, a module for each group; each imports what it needs when it runs."""
