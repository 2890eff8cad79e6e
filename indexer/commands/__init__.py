"""The commands of `bayan`, a module for each kind of work."""
