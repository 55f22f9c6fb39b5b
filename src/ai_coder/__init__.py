"""Turns a labelled issue into a pull request."""

__version__ = "0.1.0"
