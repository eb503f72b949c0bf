"""The update rules. g is the gradient of this step, a the learning rate lr, and all products and roots are element by element."""

import numpy as np

from course_lib.optim.base import CHUNK, Optimizer, above_0, at_least_0, below_1


class SGD(Optimizer):
    """theta <- theta - a g          [Lectures: U9, I9; Robbins and Monro 1951]"""

    def update(self, theta, grad, lr):
        theta -= lr * grad


class HeavyBall(Optimizer):
    """theta_t+1 = theta_t - a g + beta (theta_t - theta_t-1): the last move goes on, and fades.          [Lectures: U19; Polyak 1964]

    With a constant rate the same path as Momentum(lr) if this lr is (1 - beta) times that one [E13]. The move itself is what is
    remembered, so that a rate that changes acts on the new gradients alone, as in the slide.
    """

    remembers = ("move",)

    def __init__(self, lr, beta=0.9, groups=()):
        super().__init__(lr, groups)
        self.beta = below_1("beta", beta)

    def update(self, theta, grad, lr, move):
        move *= self.beta
        move -= lr * grad  # move = beta move - a g
        theta += move


class Nesterov(HeavyBall):
    """theta <- theta + beta move - a g, move = beta move - a g: where the next heavy-ball move would lead.

    Nesterov's method in the variables of the point at which he takes the gradient.  [Nesterov 1983; Sutskever et al. 2013]
    """

    def update(self, theta, grad, lr, move):
        move *= self.beta
        move -= lr * grad  # move = beta move - a g
        theta += self.beta * move - lr * grad


class Momentum(Optimizer):
    """theta <- theta - a v, v = beta v + (1 - beta) g: a moving average of the gradients, from v = 0.          [Lectures: I11, I12, E13]

    bias_correction    divide v by 1 - beta^t, the sum of the weights in that average: without it the first moves are short
    """

    remembers = ("v",)

    def __init__(self, lr, beta=0.9, bias_correction=False, groups=()):
        super().__init__(lr, groups)
        self.beta = below_1("beta", beta)
        self.bias_correction = bias_correction

    def update(self, theta, grad, lr, v):
        v *= self.beta
        v += (1 - self.beta) * grad  # v = beta v + (1 - beta) g
        theta -= lr / (1 - self.beta**self.t if self.bias_correction else 1) * v


class AdaGrad(Optimizer):
    """theta <- theta - a g / (sqrt(S) + eps), S = S + g^2: much-travelled directions get short steps.          [Lectures: U17, I10; Duchi et al. 2011]"""

    remembers = ("S",)

    def __init__(self, lr=0.01, eps=1e-10, groups=()):
        super().__init__(lr, groups)
        self.eps = above_0("eps", eps)

    def update(self, theta, grad, lr, S):
        S += grad * grad
        theta -= lr * grad / (np.sqrt(S) + self.eps)


class RMSProp(Optimizer):
    """theta <- theta - a g / (sqrt(S) + eps), S = beta S + (1 - beta) g^2          [Lectures: U17, I13, E9; Tieleman and Hinton 2012]

    eps_inside    a g / sqrt(S + eps) instead: with one eps, a shorter step for gradients below sqrt(eps)
    The slide has no eps at all: 0 / 0 wherever the gradients have been 0 [E9].
    Raises        ValueError unless 0 <= beta < 1 and eps > 0.
    """

    remembers = ("S",)

    def __init__(self, lr=0.01, beta=0.9, eps=1e-8, eps_inside=False, groups=()):
        super().__init__(lr, groups)
        self.beta, self.eps, self.eps_inside = below_1("beta", beta), above_0("eps", eps), eps_inside

    def update(self, theta, grad, lr, S):
        S *= self.beta
        S += (1 - self.beta) * grad * grad  # S = beta S + (1 - beta) g^2
        theta -= lr * grad / (np.sqrt(S + self.eps) if self.eps_inside else np.sqrt(S) + self.eps)


class Adam(Optimizer):
    """theta <- theta - a m / (sqrt(v) + eps), with m and v the weighted means of g and g^2.          [Lectures: U17, I14, E10; Kingma and Ba 2015]

        sums      m+ = beta1 m+ + g                     v+ = beta2 v+ + g^2
        weights   w1 = 1 + beta1 + ... + beta1^(t-1)    w2 = 1 + beta2 + ... + beta2^(t-1)
        means     m  = m+ / w1                          v  = v+ / w2

    These are the moving averages with bias correction: v+ (1 - beta2) is I14's S, and w2 (1 - beta2) = 1 - beta2^t.
    eps_inside    a m / sqrt(v + eps), as I14 has it; the paper has eps outside. They differ for gradients below sqrt(eps) [E10].
    Raises        ValueError unless 0 <= beta1, beta2 < 1 and eps > 0.
    """

    remembers = ("m", "v")
    _spare = np.empty(0)

    def __init__(self, lr=1e-3, beta1=0.9, beta2=0.999, eps=1e-8, eps_inside=False, groups=()):
        super().__init__(lr, groups)
        self.beta1, self.beta2 = below_1("beta1", beta1), below_1("beta2", beta2)
        self.eps, self.eps_inside = above_0("eps", eps), eps_inside

    def update(self, theta, grad, lr, m, v):
        w1, w2 = (1 - self.beta1**self.t) / (1 - self.beta1), (1 - self.beta2**self.t) / (1 - self.beta2)
        a = self._scratch(theta)  # every line writes into memory that is there: half of the time is memory
        m *= self.beta1
        m += grad  # m+ = beta1 m+ + g
        np.multiply(grad, grad, out=a)
        v *= self.beta2
        v += a  # v+ = beta2 v+ + g^2
        if self.eps_inside:
            np.add(v, self.eps * w2, out=a)
            np.sqrt(a, out=a)  # sqrt(v + eps) = sqrt(v+ + eps w2) / sqrt(w2)
        else:
            np.sqrt(v, out=a)
            a += self.eps * w2**0.5  # sqrt(v) + eps = (sqrt(v+) + eps sqrt(w2)) / sqrt(w2)
        np.divide(m, a, out=a)
        a *= lr * w2**0.5 / w1
        theta -= a

    def _scratch(self, theta):
        if self._spare.dtype != theta.dtype or len(self._spare) < len(theta):
            self._spare = np.empty(min(CHUNK, len(theta)), theta.dtype)
        return self._spare[: len(theta)]


class AdamW(Adam):
    """theta <- (1 - a lambda) theta, then Adam's step: weight decay that is not divided by sqrt(v).          [Lectures: W11; Loshchilov and Hutter 2019]

    The same as an L2 penalty of strength alpha = lambda for SGD (W11's second form), but not for Adam.
    Raises    ValueError as Adam, and if weight_decay < 0.
    """

    def __init__(self, lr=1e-3, beta1=0.9, beta2=0.999, eps=1e-8, weight_decay=0.01, eps_inside=False, groups=()):
        super().__init__(lr, beta1, beta2, eps, eps_inside, groups)
        self.weight_decay = at_least_0("weight_decay", weight_decay)

    def update(self, theta, grad, lr, m, v):
        theta *= 1 - lr * self.weight_decay
        super().update(theta, grad, lr, m, v)
