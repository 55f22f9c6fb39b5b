"""What every test may rely on: nothing yet. A fixture stays beside the tests that use it."""
