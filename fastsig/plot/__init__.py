"""Figures (extra `plot`): functions of results that return a matplotlib `Figure`, one file a picture."""
