from fastsig.certified.questions import Bounds as Bounds
from fastsig.certified.questions import FixedPoint as FixedPoint
from fastsig.certified.questions import bounds as bounds
from fastsig.certified.questions import fixed_points as fixed_points
from fastsig.certified.questions import zeros as zeros
