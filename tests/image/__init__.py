"""The container image, built as it is and run as a runner of GitHub Actions runs it. Start: `tests/image/run`."""
