"""Pictures (extra `plot`): one file a picture; each function takes results and returns a matplotlib Figure."""
