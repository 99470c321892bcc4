"""Numbers of more than double precision, as results hold them."""
