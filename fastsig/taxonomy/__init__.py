"""To which class an activation belongs, decided from numbers: `fastsig.classify`, `fastsig.closure`."""
