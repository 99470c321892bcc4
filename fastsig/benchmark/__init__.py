"""The benchmark: the same Gaussian integrals by fastsig and by others, errors beside times."""
