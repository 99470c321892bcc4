"""fastsig.torch: gradients against torch's own numerical ones, twice; modules as torch wants them."""

import pickle
import subprocess
import sys

import numpy as np
import pytest

import fastsig
from fastsig import eafo

X = (-2.1, -1.0, -0.3, 0.4, 1.7)


def test_without_torch_the_message_says_what_to_install():
    code = "import sys; sys.modules['torch'] = None\nimport fastsig\nfastsig.torch.CRReLU"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "pip install 'fastsig[torch]'" in done.stderr.splitlines()[-1]


@pytest.fixture
def torch():
    return pytest.importorskip("torch")


def places(torch):
    return torch.tensor(X, dtype=torch.float64, requires_grad=True)


@pytest.mark.parametrize("eps", [0.01, -0.5, 2.0])
def test_crrelu_and_its_gradients(torch, eps):
    layer = fastsig.torch.CRReLU(eps, dtype=torch.float64)
    x = places(torch)
    expected = fastsig.activation("crrelu", eps=eps)
    np.testing.assert_allclose(layer(x).detach().numpy(), expected(np.array(X)), rtol=0, atol=4e-16)

    def of_both(x, e):
        return torch.func.functional_call(layer, {"eps": e}, (x,))

    inputs = (x, layer.eps.detach().clone().requires_grad_())
    assert torch.autograd.gradcheck(of_both, inputs)
    assert torch.autograd.gradgradcheck(of_both, inputs)


def test_crrelu_learns_pickles_and_stays_finite(torch):
    layer = fastsig.torch.CRReLU()
    assert [name for name, _ in layer.named_parameters()] == ["eps"]
    assert list(fastsig.torch.CRReLU(learnable=False).parameters()) == []
    layer(torch.ones(3)).sum().backward()
    assert layer.eps.grad.item() == pytest.approx(3 * np.exp(-0.5), rel=1e-6)  # float32
    again = pickle.loads(pickle.dumps(layer))
    assert type(again) is fastsig.torch.CRReLU
    far = torch.tensor([float("inf"), -float("inf"), 1e30])
    assert layer(far).tolist() == [float("inf"), 0.0, pytest.approx(1e30)]
    with pytest.raises(ValueError, match="eps must be finite"):
        fastsig.torch.CRReLU(float("nan"))


@pytest.mark.parametrize("name", ["gelu", "tanh", "swish", "mish", "crrelu", "softplus"])
def test_any_activation_twice(torch, name):
    x = places(torch)
    assert torch.autograd.gradcheck(lambda t: fastsig.torch.apply(name, t), (x,))
    assert torch.autograd.gradgradcheck(lambda t: fastsig.torch.apply(name, t), (x,))


def test_users_and_optimized_activations_too(torch):
    made = [
        fastsig.Activation(lambda x: x * np.tanh(x), name="x tanh"),
        eafo.wafbc("normal", -1.0, 1.0),
        eafo.optimize("gelu", "normal", steps=3),
    ]
    for phi in made:
        layer = fastsig.torch.Autograd(phi)
        assert torch.autograd.gradcheck(layer, (places(torch),))
        assert torch.autograd.gradgradcheck(layer, (places(torch),))


def test_a_third_derivative_is_refused(torch):
    x = places(torch)
    (first,) = torch.autograd.grad(fastsig.torch.apply("tanh", x).sum(), x, create_graph=True)
    (second,) = torch.autograd.grad(first.sum(), x, create_graph=True)
    with pytest.raises(RuntimeError):
        torch.autograd.grad(second.sum(), x)


def test_types_are_kept_and_others_refused(torch):
    x = torch.tensor([[0.5, -1.0]], dtype=torch.float32)
    assert fastsig.torch.apply("gelu", x).dtype == torch.float32
    assert fastsig.torch.apply("gelu", x).shape == (1, 2)
    for bad in ([1.0], torch.tensor([1, 2])):
        with pytest.raises(TypeError, match="floating-point"):
            fastsig.torch.apply("gelu", bad)
