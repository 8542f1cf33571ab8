"""How many evaluations SciPy's L-BFGS-B needs for the functions of LbfgsTest, and where it ends.

    python benchmarks/peers/lbfgs_golden.py

The counts are written into LbfgsTest by hand, as bounds. Made with SciPy 1.17.1 (m = 10, gradient tolerance 1e-5).
"""

import numpy as np
import scipy
from scipy.optimize import minimize

print("scipy", scipy.__version__)


def show(name, function, start):
    r = minimize(
        function, np.array(start, float), jac=True, method="L-BFGS-B", options=dict(maxcor=10, gtol=1e-5, ftol=0, maxiter=500)
    )
    print(name, "evaluations", r.nfev, "iterations", r.nit, r.message, "at", np.round(r.x, 6))


scale = np.array([1, 10, 100, 1000, 1e4])
goal = 2
show("parabola", lambda x: (np.sum(scale * (x - goal) ** 2) / 2, scale * (x - goal)), [0] * 5)


def rosenbrock(x):
    a, b = x[1:] - x[:-1] ** 2, 1 - x[:-1]
    g = np.zeros_like(x)
    g[:-1] += -400 * a * x[:-1] - 2 * b
    g[1:] += 200 * a
    return np.sum(100 * a**2 + b**2), g


show("rosenbrock", rosenbrock, [-1.2, 1] * 3)
wide = np.logspace(0, 3, 40)
show(
    "wide",
    lambda x: (np.sum(wide * (np.cosh(x - 1) - 1)), wide * np.sinh(x - 1)),
    [0] * 40,
)
show("steep", lambda x: (np.sum(np.exp(x) - 3 * x), np.exp(x) - 3), [-8, 4, 0.5])
show("flat", lambda x: (np.sum(np.sqrt(1 + x**2)), x / np.sqrt(1 + x**2)), [100, -50])
