"""Short ways into the C library, for code that calls it very often.

Nothing here makes result objects; errors and methods are left out.
"""

from fastsig.integrals.moments_into import moments_into

__all__ = ["moments_into"]
