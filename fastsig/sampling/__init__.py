"""Samples of the standard normal distribution by number, and means over them: for Monte Carlo."""
