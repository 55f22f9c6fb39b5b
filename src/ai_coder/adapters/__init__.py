"""The world: one outside thing a module, one port each."""
