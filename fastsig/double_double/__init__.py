"""Numbers of about 31 digits as pairs of doubles: the C library's double-double, without policy."""
