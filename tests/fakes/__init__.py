"""What stands in for the world in tests: it behaves, nobody patches. Imported as `fakes`."""
