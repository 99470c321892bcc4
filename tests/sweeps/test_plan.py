"""Plans: what texts mean, what is refused, JSON, the hash, and how plans are cut into tasks."""

import json
import math

import pytest

import fastsig
from fastsig.sweeps import Plan
from fastsig.sweeps.grid import read_grid
from fastsig.sweeps.methods import METHODS, read_method
from fastsig.sweeps.tasks import tasks_of


def test_a_grid_is_geometric_with_exact_ends():
    grid = read_grid("sigma", "1e-3:1e3:61")
    assert len(grid) == 61
    assert (grid[0], grid[30], grid[60]) == (1e-3, 1.0, 1e3)
    assert all(grid[i] == float(f"1e{i // 10 - 3}") for i in range(0, 61, 10))
    for i in range(60):
        assert math.isclose(grid[i + 1] / grid[i], 10.0**0.1, rel_tol=1e-15)
    assert read_grid("sigma", "1:1e-2:3") == (1.0, 0.1, 0.01)
    assert read_grid("mean", "-4:-1:3") == (-4.0, -2.0, -1.0)


def test_lists_and_numbers():
    assert read_grid("sigma", "1/3, 2,0.1:10:3,2") == (1 / 3, 2.0, 0.1, 1.0, 10.0)
    assert read_grid("mean", 0) == (0.0,)
    assert str(read_grid("mean", [-0.0])[0]) == "0.0"
    assert read_grid("sigma", [3, 1]) == (3.0, 1.0)


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        ("sigma", "1:2", "a:b:n"),
        ("sigma", "1:2:1", "from 2 to 100000"),
        ("sigma", "1:2:x", "a:b:n"),
        ("sigma", "1:2:999999999", "from 2 to 100000"),
        ("sigma", "0:2:3", "of one sign"),
        ("mean", "-1:1:3", "of one sign"),
        ("sigma", "-1", "sigma"),
        ("sigma", "", "number"),
        ("sigma", "1,,2", "number"),
        ("mean", "nan", "mean"),
        ("sigma", [], "at least one"),
    ],
)
def test_bad_grids(name, text, message):
    with pytest.raises(ValueError, match=message):
        read_grid(name, text)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("double", ("double", 0)),
        ("gauss_hermite", ("gauss_hermite", 100)),
        ("gauss_hermite: 1e3", ("gauss_hermite", 1000)),
        ("certified:50", ("certified", 50)),
    ],
)
def test_methods(text, found):
    assert read_method(text) == found


@pytest.mark.parametrize(
    "text", ["simpson", "double:3", "gauss_hermite:0", "gauss_hermite:1.5", "certified:x", "", "certified:nan"]
)
def test_bad_methods(text):
    with pytest.raises(ValueError, match=r"one of|has no number|takes a whole number"):
        read_method(text)


def test_json_and_hash_are_those_of_what_is_computed():
    one = Plan.of("relu,leaky_relu:slope=0.2", sigma="1e-1:1e1:3", methods="double,gauss_hermite")
    same = Plan.of(["relu", "leaky_relu:slope=0.2"], sigma=[0.1, 1, 10], methods=["double", "gauss_hermite:100"])
    assert one == same == Plan.from_json(one.to_json())
    assert one.hash == same.hash
    assert json.loads(one.to_json())["schema"] == "fastsig.sweep/1"
    # A plan that hashes otherwise tomorrow would refuse the journals of today.
    assert one.hash == "9b3bcb4e686f59b7e86a358f734adbde1f3b58ee8e95a448f29f09ac58e345f2"
    for other in ({"sigma": "0.1"}, {"mean": "1"}, {"seed": 1}, {"methods": "double"}, {"components": "m1"}):
        arguments = {"sigma": "1e-1:1e1:3", "methods": "double,gauss_hermite"} | other
        different = Plan.of("relu,leaky_relu:slope=0.2", **arguments)
        assert different.hash != one.hash
        assert different.differences(one) == list(other)


def test_names_of_activations():
    assert Plan.of("all").activations == fastsig.activation_names()
    assert Plan.of("silu,swish,leaky_relu:slope=0.01,swish:beta=2").activations == (
        "swish",
        "leaky_relu",
        "swish:beta=2",
    )


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"activations": "rleu"}, "did you mean"),
        ({"activations": "leaky_relu:slope"}, "parameters are written"),
        ({"activations": ""}, "separated by commas"),
        ({"components": "m5"}, "components are among"),
        ({"methods": "double,"}, "separated by commas"),
        ({"reference": "double"}, "a reference must be double_double or certified"),
        ({"seed": -1}, "seed must be"),
        ({"seed": True}, "seed must be"),
        ({"sigma": "1:2:2000", "mean": "1:2:200"}, "at most 1000000 rows"),
    ],
)
def test_bad_plans(arguments, message):
    with pytest.raises(ValueError, match=message):
        Plan.of(**arguments)


@pytest.mark.parametrize(
    "text", ["", "{}", "[]", '{"schema": "fastsig.sweep/2"}', '{"schema": "fastsig.sweep/1", "sigmas": 1}']
)
def test_bad_json(text):
    with pytest.raises(ValueError, match=r"no plan of the schema fastsig\.sweep/1"):
        Plan.from_json(text)


def test_the_reference_is_the_best_there_is_and_is_computed():
    assert Plan.of(methods="double").reference == "double_double"
    assert Plan.of(methods="double").computed == ("double", "double_double")
    assert Plan.of(methods="certified,double,certified:60").reference == "certified:60"
    assert Plan.of(methods="double,certified:60", reference="certified:45").computed == (
        "double",
        "certified:60",
        "certified:45",
    )


def test_tasks_hold_every_cell_once():
    plan = Plan.of("relu,tanh", sigma="0.1:10:70", mean="0,1", methods="double,certified:60,gauss_hermite:7")
    tasks = tasks_of(plan)
    assert [task.number for task in tasks] == list(range(len(tasks)))
    cells = [(t.activation, t.method, *point) for t in tasks for point in t.points]
    assert len(cells) == len(set(cells)) == 2 * 3 * 140
    assert {task.method for task in tasks} == set(plan.methods)
    assert max(len(task.points) for task in tasks if task.method == "certified:60") <= 10  # 0.1 s a point


def test_methods_name_their_numbers():
    for name, method in METHODS.items():
        assert (method.number is None) == (method.default == 0), name
        assert method.number is None or method.least <= method.default <= method.most
