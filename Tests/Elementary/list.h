/* X(name, lowest and highest typical argument), Y the same for two arguments. */
#define UNARY(X) X(exp, -20, 20) X(expm1, -3, 3) X(exp2, -20, 20) X(log, 0.01, 100) X(log1p, -0.5, 3) X(log10, 0.01, 100) \
    X(log2, 0.01, 100) X(sin, -10, 10) X(cos, -10, 10) X(tan, -10, 10) X(asin, -1, 1) X(acos, -1, 1) X(atan, -5, 5) \
    X(sinh, -5, 5) X(cosh, -5, 5) X(tanh, -3, 3) X(asinh, -10, 10) X(acosh, 1, 20) X(atanh, -1, 1) X(cbrt, -100, 100)
#define BINARY(Y) Y(pow, 0.01, 30) Y(atan2, -5, 5) Y(hypot, -100, 100)
