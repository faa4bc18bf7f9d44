"""Logistic regression by Newton's method, with a ridge: all that a handful of features needs."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

__all__ = ["fit_logistic"]

Array = NDArray[np.float64]


def fit_logistic(features: Array, right: Array, ridge: float = 3.0) -> tuple[float, list[float]]:
    """Intercept and weights for rows of features and what came of each, 0 to 1.

    The ridge acts on features of unit deviation, so that their scales do not matter.
    """
    mean, deviation = features.mean(axis=0), features.std(axis=0)
    deviation[deviation < 1e-9] = 1.0
    x = np.column_stack([np.ones(len(features)), (features - mean) / deviation])
    penalty = np.diag([1e-6, *[ridge] * features.shape[1]])
    weights = np.zeros(x.shape[1])
    for _ in range(50):
        probability = 1 / (1 + np.exp(-np.clip(x @ weights, -30, 30)))
        slope = x.T @ (right - probability) - penalty @ weights
        curvature = (x * (probability * (1 - probability) + 1e-9)[:, None]).T @ x + penalty
        step = np.linalg.solve(curvature, slope)
        weights += step
        if np.abs(step).max() < 1e-8:
            break
    scaled = weights[1:] / deviation
    return float(weights[0] - scaled @ mean), [float(value) for value in scaled]
