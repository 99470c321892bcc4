"""Pictures (extra `plot`): each module draws results into a matplotlib `Figure`, without pyplot."""
