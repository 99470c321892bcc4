"""Torch modules and functions as activations: evaluated in float64 on the CPU, differentiated by autograd.

A module is copied when the activation is made, and compared by the content of
the copy: what happens to its parameters later does not change the activation.
Nothing here imports torch unless it is there already.

torch's softplus jumps by 2e-9 at x = 20, where it goes over to x ("threshold").
The jump is an artefact, and jumps are not in the class; here it goes over at 40,
where log(1 + exp(x)) is x in float64. A threshold other than the default stays.
"""

import functools
import sys
from types import BuiltinFunctionType, CodeType, FunctionType
from typing import TYPE_CHECKING, Any, final

if TYPE_CHECKING:
    from fastsig.activations.jets import Jet
    from fastsig.arrays import FloatArray

_PROBE = tuple(-3.1 + 0.097 * k for k in range(64))  # many: dropout leaves two runs equal once in 2^64
_THRESHOLD, _HIGHER_THRESHOLD = 20.0, 40.0  # of softplus


def snapshot(function: Any) -> Any:
    """Return a `TorchFunction` for a torch module or function, anything else as it is.

    Raises
    ------
    ValueError
        If a module behaves differently in training, or at random, or not in float64.
    """
    if "torch" not in sys.modules or not callable(function):
        return function
    if _is_module(function):
        return _of_module(function)
    if _is_torch(function) or (_mentions_torch(function) and _takes_tensors(function)):
        found = TorchFunction(function, function)
        found.check()
        return found
    return function


@final
class TorchFunction:
    """A torch function or module as a function of arrays and of jets.

    Parameters
    ----------
    function : callable
        Maps a tensor to a tensor.
    content : hashable
        What is compared: the function, or the pickled module.
    """

    __slots__ = ("__name__", "content", "function")

    def __init__(self, function: Any, content: Any) -> None:
        self.function, self.content = function, content
        self.__name__ = str(getattr(function, "__name__", type(function).__name__))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, TorchFunction) and bool(self.content == other.content)

    def __hash__(self) -> int:
        return hash(self.content)

    def __repr__(self) -> str:
        return f"TorchFunction({self.function!r})"

    def __reduce__(self) -> tuple[Any, ...]:
        return _restore, (self.content,)

    def __call__(self, x: Any) -> Any:
        """Evaluate on an array of float64, or on a jet."""
        import torch

        from fastsig.activations.jets import Jet

        if isinstance(x, Jet):
            return self._jet(x)
        with torch.no_grad(), _smooth():
            return self.function(torch.tensor(x, dtype=torch.float64, device="cpu")).numpy()

    def _jet(self, x: "Jet") -> "Jet":
        from fastsig.activations.differentiation.shaking import is_shaking
        from fastsig.activations.jets import Jet

        if is_shaking():
            raise TypeError("what torch computes on the way is not seen")
        f, f1, f2 = self.derivatives(x.value)
        return Jet(f, f1 * x.first, f2 * x.first * x.first + f1 * x.second)

    def derivatives(self, x: "FloatArray") -> "tuple[FloatArray, FloatArray, FloatArray]":
        """Return f, f' and f'' by autograd, backwards twice.

        Raises
        ------
        RuntimeError
            If torch has no second derivative of something in it.
        """
        import torch

        with torch.inference_mode(False), torch.enable_grad():
            at = torch.tensor(x, dtype=torch.float64, device="cpu", requires_grad=True)
            with _smooth():
                value = self.function(at.clone())  # a copy, as it may work in place
            slope = _gradient(value, at, again=True)
            bend = _gradient(slope, at, again=False)
        return tuple(part.detach().numpy() for part in (value, slope, bend))  # type: ignore[return-value, unused-ignore]

    def check(self) -> None:
        """Raise unless the results are float64, and the same each time."""
        import torch

        with torch.no_grad(), torch.random.fork_rng(devices=[]):
            probe = torch.tensor(_PROBE, dtype=torch.float64, device="cpu")
            result = self.function(probe.clone())
            again = self.function(probe.clone())
        if not isinstance(result, torch.Tensor):
            raise TypeError(f"{self.__name__} must return a tensor; got {type(result).__name__}")
        if result.is_floating_point() and result.dtype != torch.float64:
            raise ValueError(f"{self.__name__} must compute in float64 when given float64; it returned {result.dtype}")
        if not torch.equal(torch.nan_to_num(result), torch.nan_to_num(again)):
            raise ValueError(f"{self.__name__} is random: two calls at the same points differ")


def _smooth() -> Any:
    """Return a context in which softplus goes over to x where the two are one in float64."""
    from torch.nn.functional import softplus
    from torch.overrides import TorchFunctionMode

    class Smooth(TorchFunctionMode):  # type: ignore[misc, unused-ignore]
        def __torch_function__(self, function: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
            given = dict(kwargs or {})
            if function is softplus:
                given.update(zip(("input", "beta", "threshold"), args, strict=False))
                args = (given.pop("input"),)
                if given.get("threshold", _THRESHOLD) == _THRESHOLD:
                    given["threshold"] = _HIGHER_THRESHOLD
            return function(*args, **given)

    return Smooth()


def _gradient(value: Any, at: Any, *, again: bool) -> Any:
    import torch

    if not value.requires_grad:
        return torch.zeros_like(at)
    (found,) = torch.autograd.grad(value.sum(), at, create_graph=again, allow_unused=True)
    return torch.zeros_like(at) if found is None else found


def _of_module(module: Any) -> TorchFunction:
    import copy

    import torch

    from fastsig.activations.torch_content import content_of

    name = type(module).__name__
    training = copy.deepcopy(module).cpu().double()
    settled = copy.deepcopy(training).eval()
    with torch.no_grad(), torch.random.fork_rng(devices=[]):
        probe = torch.tensor(_PROBE, dtype=torch.float64, device="cpu")
        one, other = training(probe.clone()), settled(probe.clone())
        if not (isinstance(one, torch.Tensor) and one.shape == other.shape and torch.equal(one, other)):
            raise ValueError(
                f"the module {name} gives other results in training than in evaluation (it is random, or depends on "
                "the batch): call its .eval() first"
            )
    settled.requires_grad_(False)
    try:
        content: Any = content_of(settled)
    except Exception:  # a class that only exists inside of a function, say: equal to itself only
        content = settled
    found = TorchFunction(settled, content)
    found.check()
    return found


def _restore(content: Any) -> TorchFunction:
    import pickle

    function = pickle.loads(content) if isinstance(content, bytes) else content
    return TorchFunction(function, content)


def _of_torch(name: Any) -> bool:
    return isinstance(name, str) and name.partition(".")[0] == "torch"


def _is_module(function: Any) -> bool:
    return isinstance(function, sys.modules["torch"].nn.Module)


def _is_torch(function: Any) -> bool:
    """Whether something is one of torch's own functions."""
    if isinstance(function, functools.partial):
        return _is_torch(function.func)
    if any(_of_torch(kind.__module__) for kind in type(function).__mro__):
        return True
    if isinstance(function, BuiltinFunctionType) and function.__qualname__.startswith("_VariableFunctionsClass."):
        return True
    owner = getattr(function, "__objclass__", None)  # of a method such as torch.Tensor.tanh
    return _of_torch(getattr(function, "__module__", None)) or _of_torch(getattr(owner, "__module__", None))


def _mentions_torch(function: Any) -> bool:
    """Whether a Python function uses torch or a module: by its global names and its closure."""
    if not isinstance(function, FunctionType):
        return False
    names = _names(function.__code__)
    used = [function.__globals__[name] for name in names if name in function.__globals__]
    for cell in function.__closure__ or ():
        try:
            used.append(cell.cell_contents)
        except ValueError:  # still empty
            continue
    return any(item is sys.modules["torch"] or _of_torch(getattr(item, "__name__", None)) for item in used) or any(
        _is_torch(item) or _is_module(item) for item in used if callable(item)
    )


def _names(code: CodeType) -> set[str]:
    inner = (_names(part) for part in code.co_consts if isinstance(part, CodeType))
    return set(code.co_names).union(*inner)


def _takes_tensors(function: Any) -> bool:
    """Whether a Python function maps tensors to tensors, rather than arrays to arrays."""
    import torch

    try:
        with torch.no_grad(), torch.random.fork_rng(devices=[]):
            return isinstance(function(torch.tensor(_PROBE, dtype=torch.float64, device="cpu")), torch.Tensor)
    except (TypeError, AttributeError):  # it is for something else
        return False
