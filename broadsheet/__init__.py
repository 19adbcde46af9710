"""Broadsheet: captured paper lists in, a digest worth reading every day out."""

__version__ = "0.1.0"
