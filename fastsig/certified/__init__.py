"""Certified results in ball arithmetic (extra `certified`)."""
