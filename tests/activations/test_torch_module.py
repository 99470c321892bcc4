"""Activations from torch: against built-ins and closed forms, identity by content, and what is refused."""

import functools
import math
import pickle

import numpy as np
import pytest

import fastsig

torch = pytest.importorskip("torch", reason="the extra `torch` is not installed")
nn, F = torch.nn, torch.nn.functional

X = np.concatenate([np.linspace(-40.0, 40.0, 801), [-1e6, -1e-8, 0.0, 1e-8, 1e6]])


class Steep(nn.Module):
    """A module of one's own, with a number that no state_dict shows."""

    def __init__(self, steepness: float) -> None:
        super().__init__()
        self.steepness = steepness

    def forward(self, x: "torch.Tensor") -> "torch.Tensor":
        return torch.tanh(self.steepness * x)


def own(x: "torch.Tensor") -> "torch.Tensor":
    return x * torch.sigmoid(x)


SAME = [
    (nn.SiLU(), "silu"),
    (nn.SiLU(inplace=True), "silu"),
    (F.silu, "silu"),
    (own, "silu"),
    (lambda x: x * torch.sigmoid(x), "silu"),
    (nn.GELU(), "gelu"),
    (nn.Mish(), "mish"),
    (nn.Sigmoid(), "sigmoid"),
    (torch.tanh, "tanh"),
    (torch.Tensor.tanh, "tanh"),
    (nn.Sequential(nn.Identity(), nn.Tanh()), "tanh"),
    (F.softplus, "softplus"),
    (nn.Softplus(), "softplus"),
]


@pytest.mark.parametrize(("given", "name"), SAME, ids=lambda one: str(one)[:30])
def test_same_as_a_built_in(given: object, name: str) -> None:
    phi, built_in = fastsig.Activation(given), fastsig.activation(name)
    assert phi.derivative_source == "automatic differentiation"
    for order, tolerance in enumerate((4e-16, 4e-16, 8e-16)):
        got, expected = phi.batch(order, X), built_in.batch(order, X)
        assert got.dtype == np.float64
        # autograd multiplies by x what has cancelled, as in x s (1 - s)
        error = np.abs(got - expected) / np.maximum(np.abs(expected), np.abs(X) ** order + 1.0)
        assert np.all(error <= tolerance), order
    assert phi.kinks == built_in.kinks
    assert phi.slopes == built_in.slopes
    for sigma, mean in ((0.3, 0.0), (2.0, -1.0), (40.0, 3.0)):
        a, b = (fastsig.signature(one, sigma, mean=mean) for one in (phi, built_in))
        for component in ("m1", "g1", "g2", "m2", "eta", "tv"):
            bound = a.error[component] + b.error[component]
            assert abs(getattr(a, component) - getattr(b, component)) <= bound, (component, sigma)


def test_kinked_ones_with_their_kinks() -> None:
    leaky = fastsig.Activation(functools.partial(F.leaky_relu, negative_slope=0.25), kinks=(0.0,))
    for phi in (leaky, fastsig.Activation(nn.PReLU(init=0.25), kinks=(0.0,))):
        assert phi.kinks == (0.0,)
        assert phi.slopes == (1.0, 0.25)
        assert fastsig.signature(phi, 3.0).m2 == pytest.approx(9.0 * (1.0 + 0.0625) / 2.0, rel=1e-14)
    swish = fastsig.Activation(nn.Hardswish(), kinks=(-3.0, 3.0))
    assert swish.derivative([-4.0, 1.5, 5.0]).tolist() == [0.0, 1.0, 1.0]


def test_kinks_that_are_not_declared_are_found() -> None:
    with pytest.warns(fastsig.KinkWarning, match="x = 0.0"):
        phi = fastsig.Activation(nn.ReLU())
    assert phi.kinks == (0.0,)


@pytest.mark.filterwarnings("ignore::fastsig.KinkWarning")
def test_without_a_second_backward_pass() -> None:
    """torch has no second derivative of hardsigmoid: the values have to do."""
    phi = fastsig.Activation(nn.Hardsigmoid())
    assert phi.derivative_source == "chebyshev"
    assert phi.derivative(1.0) == pytest.approx(1.0 / 6.0, rel=1e-14)


def test_given_derivatives_may_be_torch_too() -> None:
    phi = fastsig.Activation(torch.tanh, lambda x: 1.0 / torch.cosh(x) ** 2)
    assert phi.derivative(0.5) == pytest.approx(1.0 / math.cosh(0.5) ** 2, rel=1e-15)


# --- Identity -------------------------------------------------------------------------------------------


def test_equal_by_content() -> None:
    silu = fastsig.Activation(nn.SiLU())
    assert silu == fastsig.Activation(nn.SiLU().eval())
    assert hash(silu) == hash(fastsig.Activation(nn.SiLU()))
    assert silu != fastsig.Activation(nn.GELU())
    assert fastsig.Activation(Steep(2.0)) == fastsig.Activation(Steep(2.0)) != fastsig.Activation(Steep(3.0))
    assert fastsig.Activation(F.softplus) == fastsig.Activation(F.softplus)
    one, same, other = (fastsig.Activation(nn.PReLU(init=a), kinks=(0.0,)) for a in (0.25, 0.25, 0.3))
    assert one == same != other
    assert len({one, same, other, silu}) == 3


def test_a_module_is_copied() -> None:
    module = nn.PReLU(init=0.25)
    phi = fastsig.Activation(module, kinks=(0.0,))
    before = hash(phi)
    with torch.no_grad():
        module.weight.fill_(5.0)
    assert phi(-1.0) == -0.25
    assert hash(phi) == before
    assert module.weight.dtype == torch.float32
    assert module.training


@pytest.mark.parametrize("given", [nn.SiLU(), F.softplus, own, nn.Sequential(nn.Tanh(), nn.SiLU())], ids=str)
def test_pickle(given: object) -> None:
    phi = fastsig.Activation(given)
    again = pickle.loads(pickle.dumps(phi))
    assert again == phi
    assert hash(again) == hash(phi)
    np.testing.assert_array_equal(again.second_derivative(X), phi.second_derivative(X))


def test_a_class_inside_of_a_function_equals_itself_only() -> None:
    class Local(nn.Module):
        def forward(self, x: "torch.Tensor") -> "torch.Tensor":
            return torch.atan(x)

    phi = fastsig.Activation(Local())
    assert phi == phi
    assert phi != fastsig.Activation(Local())
    assert phi.name == "Local"


def test_settings_of_torch_do_not_matter() -> None:
    state = torch.random.get_rng_state()
    torch.set_default_dtype(torch.float32)
    with torch.no_grad():
        phi = fastsig.Activation(nn.SiLU())
    with torch.inference_mode():
        assert phi.derivative(1.0) == pytest.approx(fastsig.activation("silu").derivative(1.0), rel=1e-15)
    assert torch.equal(state, torch.random.get_rng_state())


def test_numpy_functions_that_use_torch_inside() -> None:
    phi = fastsig.Activation(lambda x: torch.tanh(torch.from_numpy(np.asarray(x))).numpy())
    assert phi(0.5) == pytest.approx(math.tanh(0.5), rel=4e-16)


# --- Refusals -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("given", "error", "word"),
    [
        (nn.Dropout(), ValueError, r"call its \.eval\(\) first"),
        (nn.RReLU(), ValueError, r"call its \.eval\(\) first"),
        (F.dropout, ValueError, "random"),
        (lambda x: x + torch.rand_like(x), ValueError, "random"),
        (lambda x: torch.tanh(x.float()), ValueError, "float64"),
        (nn.Softmax(dim=0), ValueError, "each element by itself"),
        (nn.Threshold(0.1, 20.0), ValueError, "jumps"),
        (nn.Softplus(threshold=5), ValueError, "jumps"),
        (torch.exp, ValueError, "finite"),
        (torch.sqrt, ValueError, "nan"),
        (nn.LayerNorm(4), RuntimeError, "shape"),
    ],
    ids=lambda one: str(one)[:30],
)
def test_refused(given: object, error: type[Exception], word: str) -> None:
    with pytest.raises(error, match=word):
        fastsig.Activation(given)


def test_random_ones_in_evaluation_are_fine() -> None:
    assert fastsig.Activation(nn.Dropout().eval()).slopes == (1.0, 1.0)
