"""Formulas rewritten so that they neither overflow nor cancel in float64.

exp(x)/(1 + exp(x)) is inf/inf at x = 1000, and 1 - tanh(x)^2 is 0 at x = 20.
Written with functions that have no such trouble (`expit`, `sech2`, `softplus`,
`log1p`, `expm1`, ...), whose derivatives are products of each other, the same
formulas keep their relative accuracy. Abs, sign, Heaviside, Max and Min become
functions whose derivatives are those of the pieces.
"""

from typing import Any

from fastsig.activations.formulas.stable_functions import stable_functions


def stable_form(expression: Any) -> Any:
    """Rewrite a SymPy expression to functions that neither overflow nor cancel.

    Examples
    --------
    >>> import sympy
    >>> x = sympy.Symbol("x", real=True)
    >>> stable_form(x / (1 + sympy.exp(-x))), stable_form(1 - sympy.tanh(x) ** 2)
    (x*Expit(x), Sech2(x))
    """
    return _Rewriter()(expression)


class _Rewriter:
    """Rewrites from the leaves up, each subexpression once."""

    def __init__(self) -> None:
        import sympy as sp

        self.sp = sp
        self.known = stable_functions()
        self.done: dict[Any, Any] = {}

    def __call__(self, expression: Any) -> Any:
        if expression in self.done:
            return self.done[expression]
        sp, known = self.sp, self.known
        if expression.is_Atom:
            result = expression
        else:
            arguments = [self(argument) for argument in expression.args]
            if isinstance(expression, sp.Max):
                result = self._largest(arguments, 1)
            elif isinstance(expression, sp.Min):
                result = self._largest(arguments, -1)
            elif isinstance(expression, sp.Abs):
                result = known.Modulus(arguments[0])
            elif isinstance(expression, sp.sign):
                result = known.Sign(arguments[0])
            elif isinstance(expression, sp.Heaviside):
                result = known.Step(arguments[0])
            elif isinstance(expression, sp.erfc):
                result = known.Erfc(arguments[0])
            elif isinstance(expression, sp.log):
                result = self._log(arguments[0])
            else:
                rebuilt = expression.func(*arguments)
                result = self._rebuilt(rebuilt)
        self.done[expression] = result
        return result

    def _rebuilt(self, expression: Any) -> Any:
        if expression.is_Add:
            return self._add(expression)
        if expression.is_Mul:
            return self._mul(expression)
        if expression.is_Pow:
            return self._pow(expression)
        return expression

    def _largest(self, arguments: list[Any], sign: int) -> Any:
        """Max (sign 1) or Min (-1) as pieces; at a tie a constant wins, so that relu'(0) = 0."""
        result, *rest = sorted(arguments, key=lambda a: (not a.is_number, self.sp.default_sort_key(a)))
        for other in rest:
            result = self.known.Pick(sign * (other - result), other, result)
        return result

    def _log(self, u: Any) -> Any:
        sp, known = self.sp, self.known
        if isinstance(u, known.Expit):
            return -known.Softplus(-u.args[0])
        if isinstance(u, sp.cosh):
            return known.LogCosh(u.args[0])
        if isinstance(u, known.Expm1) or not u.is_Add:
            return sp.log(u)
        parts = _exponentials(sp, u)
        if parts is not None:
            (low, a), (high, b) = parts
            return sp.log(low) + a + known.Softplus(b - a + sp.log(high / low))
        constant, rest = u.as_coeff_Add()
        if constant == 1:
            return known.Log1p(rest)
        return sp.log(u)

    def _pow(self, expression: Any) -> Any:
        sp, known = self.sp, self.known
        base, exponent = expression.as_base_exp()
        if isinstance(expression, sp.exp):
            return expression
        if base.is_Rational and base.is_positive and not exponent.is_number:
            return self(sp.exp(exponent * known.LogOf(base)))
        if isinstance(base, known.Modulus) and exponent.is_Integer and exponent.is_even:
            return base.args[0] ** exponent
        if not (exponent.is_Rational and exponent.is_negative):
            return expression
        if isinstance(base, sp.cosh) and exponent == -2:
            return known.Sech2(base.args[0])
        if base.is_Add:
            parts = _exponentials(sp, base)
            if parts is not None:
                (low, a), (high, b) = parts
                return low**exponent * sp.exp(a * exponent) * known.Expit(-(b - a + sp.log(high / low))) ** -exponent
        return expression

    def _mul(self, expression: Any) -> Any:
        """Join factors: exp(k u) expit(-u)^m, expit(u) expit(-u), sinh/cosh, u sign(u) and their like."""
        sp, known = self.sp, self.known
        powers: dict[Any, Any] = {}
        for factor in sp.Mul.make_args(expression):
            base, exponent = (factor, sp.Integer(1)) if isinstance(factor, sp.exp) else factor.as_base_exp()
            powers[base] = powers.get(base, 0) + exponent
        changed = False
        for base in [b for b in powers if isinstance(b, known.Expit)]:
            m, u = powers[base], -base.args[0]
            for e in [b for b in powers if isinstance(b, sp.exp)]:
                k, offset = _multiple(e.args[0], u)
                if k.is_positive and m.is_Rational and m.is_positive and powers[e] == 1:
                    pairs = min(k, m)
                    powers[base] = m = m - pairs
                    del powers[e]
                    rest = sp.exp((k - pairs) * u + offset)
                    powers[rest] = powers.get(rest, 0) + 1
                    other = known.Expit(u)
                    powers[other] = powers.get(other, 0) + pairs
                    changed = True
        for base in [b for b in powers if isinstance(b, known.Expit)]:
            u = base.args[0]
            n, m = powers.get(base, 0), powers.get(known.Expit(-u), 0)
            if u != 0 and n != 0 and m != 0 and n.is_positive and m.is_positive:
                pairs = min(n, m)
                powers[base], powers[known.Expit(-u)] = n - pairs, m - pairs
                slope = known.Sech2(u / 2) / 4
                powers[slope] = powers.get(slope, 0) + pairs
                changed = True
        for base in [b for b in powers if isinstance(b, known.Sign)]:
            u = base.args[0]
            if powers[base].is_Integer and powers[base] > 1 and {u, known.Modulus(u)} & powers.keys():
                powers[base] = sp.Mod(powers[base], 2)  # u sign(u)^2 = u, also at u = 0
                changed = True
            for other, product in ((known.Modulus(u), u), (u, known.Modulus(u))):
                if powers[base] == powers.get(other, 0) == 1:
                    powers[base] = powers[other] = sp.Integer(0)
                    powers[product] = powers.get(product, 0) + 1
                    changed = True
        for base in [b for b in powers if isinstance(b, sp.cosh)]:
            sine, ratio = sp.sinh(base.args[0]), sp.tanh(base.args[0])
            changed |= _trade(powers, base, sine, ratio)
        for base in [b for b in powers if isinstance(b, known.Expm1)]:
            u = base.args[0]
            if powers.get(known.Expit(-u), 0) == powers[base] == 1:
                del powers[base], powers[known.Expit(-u)]
                powers[sp.tanh(u / 2)] = powers.get(sp.tanh(u / 2), 0) + 1
                changed = True
        if not changed:
            return expression
        return sp.Mul(*(base**exponent for base, exponent in powers.items()))

    def _add(self, expression: Any) -> Any:
        """Join pairs of terms that cancel: 1 - tanh^2, 1 + erf, exp - 1, 1 - expit and their like."""
        terms = {}
        for term in self.sp.Add.make_args(expression):
            coefficient, part = term.as_coeff_Mul()
            terms[part] = coefficient
        while (pair := self._first_pair(terms)) is not None:
            gone, new, factor = pair
            for part in gone:
                del terms[part]
            terms[new] = terms.get(new, 0) + factor
        return self.sp.Add(*(c * part for part, c in terms.items()))

    def _first_pair(self, terms: dict[Any, Any]) -> Any:
        """Two terms to replace by one: (the parts that go, the new part, its coefficient)."""
        sp, known = self.sp, self.known
        for part, c in terms.items():
            factors = sp.Mul.make_args(part)
            squares = [f.base**2 for f in factors if f.is_Pow and isinstance(f.base, sp.tanh) and f.exp.is_Integer]
            for factor in (*factors, *squares):
                rest = part / factor
                if rest in terms and (joined := self._joined(terms[rest], factor, c)) is not None:
                    new, coefficient = joined
                    return (part, rest), rest * new, coefficient
            if isinstance(part, known.Expit) and terms.get(known.Expit(-part.args[0]), 0) == -c:
                return (part, known.Expit(-part.args[0])), sp.tanh(part.args[0] / 2), c
            if isinstance(part, sp.exp) and not part.args[0].could_extract_minus_sign():
                other = sp.exp(-part.args[0])
                if other != part and abs(terms.get(other, 0)) == abs(c):
                    return (part, other), (sp.cosh if terms[other] == c else sp.sinh)(part.args[0]), 2 * c
        return None

    def _joined(self, b: Any, f: Any, c: Any) -> Any:
        """Write b + c f as (another function, its coefficient) where that cancels less."""
        sp, known = self.sp, self.known
        if b == -c:
            if f.is_Pow and isinstance(f.base, sp.tanh) and f.exp == 2:
                return known.Sech2(f.base.args[0]), b
            if isinstance(f, sp.exp):
                return known.Expm1(f.args[0]), c
            if isinstance(f, known.Expit):
                return known.Expit(-f.args[0]), b
            if isinstance(f, sp.cos):
                return sp.sin(f.args[0] / 2) ** 2, 2 * b
            if isinstance(f, known.Erfc):
                return sp.erf(f.args[0]), b
        if isinstance(f, known.Expm1) and b == c:
            return sp.exp(f.args[0]), c
        if isinstance(f, known.Expit) and 2 * b == -c:
            return sp.tanh(f.args[0] / 2), c / 2
        if isinstance(f, (sp.tanh, sp.erf)) and abs(b) == abs(c):
            u = f.args[0] if b == c else -f.args[0]
            return (known.Expit(2 * u), 2 * b) if isinstance(f, sp.tanh) else (known.Erfc(-u), b)
        return None


def _multiple(v: Any, u: Any) -> tuple[Any, Any]:
    """Return a rational k and a number c with v = k u + c; 0 and v where there are none."""
    import sympy as sp

    x = sp.Symbol("x", real=True)
    if u.is_polynomial(x) and v.is_polynomial(x) and sp.degree(u, x) == sp.degree(v, x) > 0:
        k = sp.LC(v, x) / sp.LC(u, x)
        c = sp.expand(v - k * u)
        if k.is_Rational and c.is_number:
            return k, c
    elif u != 0 and (k := (v / u).cancel()).is_Rational:
        return k, sp.Integer(0)
    return sp.Integer(0), v


def _trade(powers: dict[Any, Any], cosine: Any, sine: Any, ratio: Any) -> bool:
    """Turn sinh^m/cosh^n, in a dictionary of powers, into powers of tanh."""
    n, m = powers[cosine], powers.get(sine, 0)
    if not (m != 0 and n.is_Integer and m.is_Integer and n < 0 < m):
        return False
    pairs = min(-n, m)
    powers[cosine], powers[sine] = n + pairs, m - pairs
    powers[ratio] = powers.get(ratio, 0) + pairs
    return True


def _exponentials(sp: Any, expression: Any) -> Any:
    """Read c exp(a) + d exp(b), c and d positive numbers, as ((c, a), (d, b)); else None."""
    terms = sp.Add.make_args(expression)
    if len(terms) != 2:
        return None
    found = []
    for term in terms:
        coefficient, part = term.as_independent(sp.Symbol("x", real=True), as_Add=False)
        if part == 1:
            found.append((coefficient, sp.Integer(0)))
        elif isinstance(part, sp.exp):
            found.append((coefficient, part.args[0]))
        else:
            return None
    if not all(coefficient.is_positive for coefficient, _ in found):
        return None
    found.sort(key=lambda pair: pair[1] != 0)
    return found
