"""The kernels' mathematics once more, in plain NumPy matrices: what the compiled loops must equal."""

import numpy as np

from contracts.columns import FloatArray

UPPER = np.triu_indices(4)


def full(upper: FloatArray) -> FloatArray:
    """(10,) to (4, 4)."""
    matrix = np.zeros((4, 4))
    matrix[UPPER] = upper
    return matrix + np.triu(matrix, 1).T


def packed(mean: FloatArray, covariance: FloatArray) -> FloatArray:
    """(4,) and (4, 4) to a mode of (14,)."""
    return np.concatenate([mean, covariance[UPPER]])


def moments(weight: FloatArray, mean: FloatArray, covariance: FloatArray) -> tuple[FloatArray, FloatArray]:
    """The mean and covariance of a mixture: (K,), (K, 4), (K, 4, 4) to (4,), (4, 4)."""
    middle = weight @ mean
    off = mean - middle
    return middle, np.einsum("k,kij->ij", weight, covariance + off[:, :, None] * off[:, None, :])


def straight(dt_s: float) -> FloatArray:
    """The transition of constant velocity over east, north, v_east, v_north."""
    f = np.eye(4)
    f[0, 2] = f[1, 3] = dt_s
    return f


def turn(dt_s: float, rate: float) -> FloatArray:
    """The transition of a coordinated turn."""
    s, c = np.sin(rate * dt_s), np.cos(rate * dt_s)
    f = np.eye(4)
    f[:2, 2:] = np.array([[s, c - 1.0], [1.0 - c, s]]) / rate
    f[2:, 2:] = np.array([[c, -s], [s, c]])
    return f


def white(dt_s: float, q: float) -> FloatArray:
    """White noise of acceleration, integrated."""
    return q * np.kron(np.array([[dt_s**3 / 3, dt_s**2 / 2], [dt_s**2 / 2, dt_s]]), np.eye(2))


def mixed(
    weight: FloatArray, mean: FloatArray, covariance: FloatArray, leave: float, back: float
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """The mixing step of the IMM filter with three modes: straight, left, right."""
    change = np.array([[1 - leave, leave / 2, leave / 2], [back, 1 - back, 0.0], [back, 0.0, 1 - back]])
    new = weight @ change
    share = weight[:, None] * change / new
    pairs = [moments(share[:, k], mean, covariance) for k in range(3)]
    return new, np.array([m for m, _ in pairs]), np.array([p for _, p in pairs])


def corrected(
    mean: FloatArray, covariance: FloatArray, h: FloatArray, r: FloatArray, innovation: FloatArray
) -> tuple[FloatArray, FloatArray, float]:
    """Kalman's update, and the log-likelihood of what was measured."""
    s = h @ covariance @ h.T + r
    gain = covariance @ h.T @ np.linalg.inv(s)
    distance2 = float(innovation @ np.linalg.solve(s, innovation))
    likelihood = -0.5 * (distance2 + np.linalg.slogdet(2 * np.pi * s)[1])
    return mean + gain @ innovation, covariance - gain @ h @ covariance, float(likelihood)
