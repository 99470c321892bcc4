from fastsig.sweeps.parquet import read as read
from fastsig.sweeps.plan import Plan as Plan
from fastsig.sweeps.rows import Row as Row
from fastsig.sweeps.runner import run as run
from fastsig.sweeps.verdict import Verdict as Verdict
from fastsig.sweeps.verdict import judge as judge
