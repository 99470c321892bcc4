/* Sums of three doubles against identities that hold exactly. Pairs, which keep
 * 106 bits, miss all of them by far. */
#include "check.h"

#include <stdint.h>

#include "triple_double.h"

#define SMALL 0x1p-150 /* allowed, relative to the operands */

static uint64_t state = 20240229;

/* In (-1, 1), with three full words. */
static td random_number(void)
{
    double word[3];
    for (int i = 0; i < 3; i++) {
        state = state * 6364136223846793005u + 1442695040888963407u;
        word[i] = (double)(int64_t)state * 0x1p-63;
    }
    return td_renormalised(word[0], word[1] * 0x1p-53, word[2] * 0x1p-106, 0.0);
}

static double size_of_difference(td x, td y) { return fabs(td_add(x, td_neg(y)).a); }

int main(void)
{
    for (int i = 0; i < 20000; i++) {
        td x = random_number(), y = random_number();
        double d = 1.0 + i;
        td sum = td_add(x, y), difference = td_add(x, td_neg(y));
        double size = x.a * x.a + y.a * y.a, largest = fmax(fabs(x.a), fabs(y.a));
        CHECK(x.a + x.b == x.a && x.b + x.c == x.b, "%d: words overlap", i);
        CHECK(size_of_difference(td_add(sum, difference), td_scale(x, 2.0)) <= SMALL * largest, "%d: (x+y) + (x-y)", i);
        td squares = td_add(td_mul(x, x), td_neg(td_mul(y, y)));
        CHECK(size_of_difference(td_mul(sum, difference), squares) <= SMALL * 2.0 * size, "%d: (x+y) (x-y)", i);
        CHECK(size_of_difference(td_mul_d(td_div_d(x, d), d), x) <= SMALL * fabs(x.a), "%d: (x/d) d", i);
        CHECK(size_of_difference(td_mul(x, td_from(d)), td_mul_d(x, d)) <= SMALL * d * fabs(x.a), "%d: x d", i);
        dd pair = td_to_pair(x);
        double rest = size_of_difference(x, (td){pair.hi, pair.lo, 0.0});
        CHECK(rest <= 0x1.01p-107 * fabs(x.a) && pair.hi + pair.lo == pair.hi, "%d: the pair misses %g", i, rest);
    }
    /* 1/3 as a binary fraction: three words of 01 repeated. */
    td third = td_div_d(td_from(1.0), 3.0);
    CHECK(third.a == 0x1.5555555555555p-2 && third.b == 0x1.5555555555555p-56 && fabs(third.c - 0x1.5555555555555p-110) < 0x1p-150,
          "1/3 = %a + %a + %a", third.a, third.b, third.c);
    return finish();
}
