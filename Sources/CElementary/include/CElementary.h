/* Elementary functions with the same bits on every IEEE 754 machine.
 *
 * This library DEFINES the standard names exp, expm1, exp2, log, log1p, log10, log2, pow, sin, cos,
 * sincos, tan, asin, acos, atan, atan2, sinh, cosh, tanh, asinh, acosh, atanh, cbrt and hypot, so that
 * a program linked with it no longer depends on which libm, or which variant of it chosen for the
 * processor at start-up, happens to be installed. Declare them by <math.h> as usual.
 *
 * Results use only + - * / and square root, each rounded once; special values are those of C99
 * Annex F (errno and exception flags are not set). Largest errors, in units in the last place:
 *
 *   exp   0.505   expm1 0.505   exp2   0.505   log   0.505   log1p 0.505   log10 0.505
 *   log2  0.505   pow   0.505   sin    0.505   cos   0.505   sincos 0.505  tan   0.505
 *   asin  0.505   acos  0.505   atan   0.505   atan2 0.505   sinh  0.505   cosh  0.505
 *   tanh  0.505   asinh 0.505   acosh  0.505   atanh 0.505   cbrt  0.501   hypot 0.501
 *
 * (0.5 would be correct rounding, which all but a few results in a hundred thousand have.)
 */
#pragma once

int colophon_elementary_version(void);
