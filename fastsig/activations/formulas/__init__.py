"""Formulas of one variable: read, differentiated and evaluated carefully; what `expression` builds on."""
