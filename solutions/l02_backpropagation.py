# %% [markdown]
# # 02  Backpropagation
#
# After this lesson you can compute every gradient of a small network by hand, and know why the numbers come out as they do. You
# can write the backward pass of a whole network in NumPy for a batch of examples, test it with central differences, and say what it costs.
#
# Decks: C5-C7 (the homework), U3-U7, C15; slips settled here: E15, E19.

# %% role="given" id="l02-setup"
import time

import matplotlib.pyplot as plt
import numpy as np
from IPython.display import display

from course_lib import check, hint, passed, personal, progress
from course_lib.pictures import claims, show
from course_lib.widgets.l02_backpropagation import computation_graph, difference_step

# %% [markdown]
# ## 1  A computation graph
#
# A network is a chain of small steps, and each step is easy: add up, multiply, bend [C5]. Drawn as a graph, the numbers flow forward from
# the inputs to the loss. Then the question "how much does the loss change if I change this a little?" flows backward along the same edges.
#
# Unit $j$ receives $in_j = w_{0,j} + \sum_i w_{i,j}\, a_i$ and passes on $a_j = g_j(in_j)$. The weight $w_{i,j}$ leads from $i$ to $j$, and
# $w_{0,j}$ is the bias, the weight of a fixed $+1$. Below, units 3 and 4 are ReLUs and unit 5 is a sigmoid.
#
# **Play it.** Move *step* forward until the loss is known, then on: every further step hands one error back. Change a weight
# and play it again. Which unit is switched off, and what becomes of the errors that pass through it?

# %%
computation_graph(w03=1, w04=1, w05=-1, w13=1, w14=-2, w23=-1, w24=1, w35=2, w45=-1, x1=2, x2=-1, y=1)

# %% [markdown]
# *What to see:* on the way forward every number is made from the ones before it. On the way back every error is made from the ones
# *after* it: the error that arrives, times the weight on the way, times the slope of the unit. A ReLU that is off has slope 0: nothing passes.

# %% [markdown]
# ## 2  The homework, forward [C7]
#
# The same network, with the numbers of the lecture:

# %% role="given" id="l02-homework-numbers"
w03, w13, w23 = 2, 2, 3  # bias and weights into unit 3
w04, w14, w24 = -1, 4, 1  # into unit 4
w05, w35, w45 = 1, 2, 3  # into unit 5
x1, x2, y = -3, 5, 0  # the inputs and the wanted output

# %% [markdown]
# The deck says "Loss = binary cross entropy, non-linearity = ReLU". Units 3 and 4 are ReLUs. But if unit 5 were a ReLU too, its output
# could be any number from 0 up, no probability, and the loss would not exist. Suppose it puts out 7:

# %%
with np.errstate(invalid="ignore"):
    loss_with_relu = -np.log(1 - 7.0)
print("-log(1 - 7) =", loss_with_relu)

# %% [markdown]
# So unit 5 is a sigmoid, $\hat y = \sigma(in_5) = 1 / (1 + e^{-in_5})$ [E15], and the loss is the cross-entropy of one point [C8]:
#
# $$\mathrm{loss} = -y \log \hat y - (1 - y) \log (1 - \hat y)$$
#
# **Your turn.** Compute the seven numbers of the forward pass, in this order. Write each as Python arithmetic or work it out on paper and type
# it in, to five digits or better. Each number is graded for itself, and what follows correctly from a slip of your own counts as right.

# %% role="answer" id="l02-homework-forward"
in3 = ...
a3 = ...
in4 = ...
a4 = ...
in5 = ...
yhat = ...
loss = ...
### BEGIN SOLUTION
in3 = w03 + w13 * x1 + w23 * x2
a3 = max(0, in3)
in4 = w04 + w14 * x1 + w24 * x2
a4 = max(0, in4)
in5 = w05 + w35 * a3 + w45 * a4
yhat = 1 / (1 + np.exp(-in5))
loss = np.logaddexp(0, in5) - y * in5  # -log(1 - sigmoid(z)) = log(1 + e^z), to all digits
### END SOLUTION

# %% role="check" id="l02-homework-forward-check" points=7
check("l02.homework_forward", in3=in3, a3=a3, in4=in4, a4=a4, in5=in5, yhat=yhat, loss=loss)

# %% [markdown]
# **A look at the digits.** The network is very sure, and wrong: $\hat y$ is so close to 1 that a computer, which keeps about 16 digits,
# has few left for $1 - \hat y$. The logarithm then sees a damaged number. With the help of $-\log(1 - \sigma(z)) = \log(1 + e^z)$ the loss can be
# computed from $in_5$ itself, and nothing is lost. This is why libraries offer losses "with logits".

# %%
for z in (10.0, 20.0, 30.0, 36.0, 37.0):
    with np.errstate(divide="ignore"):
        by_way_of_yhat = -np.log(1 - 1 / (1 + np.exp(-z)))
    from_the_logit = np.logaddexp(0, z)
    print(f"in5 = {z:4.0f}    -log(1 - yhat) = {by_way_of_yhat:.15g}    log(1 + exp(in5)) = {from_the_logit:.15g}")

# %% [markdown]
# *What to see:* at 20 the two agree to eight digits only; at 36 the first is off in the fourth digit, and at 37 it is infinite.

# %% [markdown]
# ## 3  The homework, backward: perceived errors [C6]
#
# The deck calls $\Delta_j$ the *perceived error* of unit $j$: how much the loss grows when $in_j$ grows a little, $\Delta_j = \partial\,\mathrm{loss} / \partial\, in_j$.
#
# C6 derives $\Delta_5 = 2(\hat y - y)\, g'(in_5)$. That is for the squared error $(y - \hat y)^2$. The homework has cross-entropy after a sigmoid, and there
# something pleasant happens. By the chain rule
#
# $$\Delta_5 = \frac{\partial\,\mathrm{loss}}{\partial \hat y} \cdot \sigma'(in_5)
#   = \frac{\hat y - y}{\hat y (1 - \hat y)} \cdot \hat y (1 - \hat y)$$
#
# and the slope of the sigmoid cancels. For the units below, the error at unit 5 travels back along the weight and through the slope of the unit:
#
# $$\Delta_3 = \Delta_5\, w_{3,5}\, g'(in_3) \qquad\qquad \Delta_4 = \Delta_5\, w_{4,5}\, g'(in_4)$$
#
# **Your turn.** The three errors.

# %% role="answer" id="l02-homework-errors"
Delta5 = ...
Delta3 = ...
Delta4 = ...
### BEGIN SOLUTION
Delta5 = yhat - y
Delta3 = Delta5 * w35 * (in3 > 0)
Delta4 = Delta5 * w45 * (in4 > 0)
### END SOLUTION

# %% role="check" id="l02-homework-errors-check" points=3
check(
    "l02.homework_errors",
    **dict(in3=in3, a3=a3, in4=in4, a4=a4, in5=in5, yhat=yhat, loss=loss),
    **dict(Delta5=Delta5, Delta3=Delta3, Delta4=Delta4),
)

# %% [markdown]
# ## 4  The homework, backward: nine gradients
#
# Now the gradients are one product each: **the error where the weight ends, times what enters it where it starts** [C6]. The
# derivative by $w_{3,5}$ is $\Delta_5\, a_3$; the one by $w_{1,3}$ is $\Delta_3\, x_1$. A bias starts at the fixed $+1$.
#
# **Your turn.** `dw35` stands for $\partial\,\mathrm{loss} / \partial w_{3,5}$, and so on.

# %% role="answer" id="l02-homework-gradients"
dw05, dw35, dw45 = ..., ..., ...
dw03, dw13, dw23 = ..., ..., ...
dw04, dw14, dw24 = ..., ..., ...
### BEGIN SOLUTION
dw05, dw35, dw45 = Delta5, Delta5 * a3, Delta5 * a4
dw03, dw13, dw23 = Delta3, Delta3 * x1, Delta3 * x2
dw04, dw14, dw24 = Delta4, Delta4 * x1, Delta4 * x2
### END SOLUTION

# %% role="check" id="l02-homework-gradients-check" points=9
check(
    "l02.homework_gradients",
    **dict(in3=in3, a3=a3, in4=in4, a4=a4, in5=in5, yhat=yhat, loss=loss, Delta5=Delta5, Delta3=Delta3, Delta4=Delta4),
    **dict(dw05=dw05, dw35=dw35, dw45=dw45, dw03=dw03, dw13=dw13, dw23=dw23, dw04=dw04, dw14=dw14, dw24=dw24),
)

# %% [markdown]
# Once your gradients are right, here is your homework as a film. Is there a weight that you could change so that unit 4 begins to learn?

# %%
if passed("l02.homework_gradients"):
    display(computation_graph())
else:
    print("The film of the homework appears as soon as the check of the nine gradients is green.")

# %% [markdown]
# ## 5  The same with your own numbers
#
# Once more from start to end, this time with a network that nobody else has. It is drawn from your student id: write the
# id that you hand your work in under between the quotation marks.

# %% role="answer" id="l02-my-id"
my_id = ""
### BEGIN SOLUTION
my_id = "solution"
### END SOLUTION

# %% role="given" id="l02-my-numbers"
if my_id:
    mine = personal("l02.my_homework", my_id)
    print(", ".join(f"{name} = {value}" for name, value in vars(mine).items()))
else:
    print("Write your student id into the cell above, run it, and run this cell again.")

# %% [markdown]
# **Your turn.** Nineteen numbers, in the order of the calculation. You can use `mine.w03`, `mine.x1` and so on. Watch $y$: it may be 1 this time.

# %% role="answer" id="l02-my-homework"
my = dict(
    in3=..., a3=..., in4=..., a4=..., in5=..., yhat=..., loss=...,
    Delta5=..., Delta3=..., Delta4=...,
    dw05=..., dw35=..., dw45=...,
    dw03=..., dw13=..., dw23=...,
    dw04=..., dw14=..., dw24=...,
)  # fmt: skip
### BEGIN SOLUTION
my["in3"] = mine.w03 + mine.w13 * mine.x1 + mine.w23 * mine.x2
my["a3"] = max(0, my["in3"])
my["in4"] = mine.w04 + mine.w14 * mine.x1 + mine.w24 * mine.x2
my["a4"] = max(0, my["in4"])
my["in5"] = mine.w05 + mine.w35 * my["a3"] + mine.w45 * my["a4"]
my["yhat"] = 1 / (1 + np.exp(-my["in5"]))
my["loss"] = -mine.y * np.log(my["yhat"]) - (1 - mine.y) * np.log(1 - my["yhat"])
my["Delta5"] = my["yhat"] - mine.y
my["Delta3"] = my["Delta5"] * mine.w35 * (my["in3"] > 0)
my["Delta4"] = my["Delta5"] * mine.w45 * (my["in4"] > 0)
my["dw05"], my["dw35"], my["dw45"] = my["Delta5"], my["Delta5"] * my["a3"], my["Delta5"] * my["a4"]
my["dw03"], my["dw13"], my["dw23"] = my["Delta3"], my["Delta3"] * mine.x1, my["Delta3"] * mine.x2
my["dw04"], my["dw14"], my["dw24"] = my["Delta4"], my["Delta4"] * mine.x1, my["Delta4"] * mine.x2
### END SOLUTION

# %% role="check" id="l02-my-homework-check" points=9.5
check("l02.my_homework", student=my_id, **my)

# %% [markdown]
# ## 6  Three squared errors [E19]
#
# The decks use the squared error in three forms. U3 takes *half* of the sum, $\frac12 \sum_i (\hat y_i - y_i)^2$; C6 the *plain* sum, $\sum_i (\hat y_i - y_i)^2$;
# W2 and I4 the *mean*, $\frac1N \sum_i (\hat y_i - y_i)^2$. They have the same minimum, but their gradients differ by a factor. Anyone who checks a gradient
# against a formula from another deck stumbles here once.
#
# **Your turn.** Write `three_factors(yhat, y)` for arrays of shape $(N,)$. It returns the gradient by each $\hat y_i$ of the three losses, as three arrays of
# shape $(N,)$: half, plain, mean.


# %% role="answer" id="l02-three-factors"
def three_factors(yhat, y):
    """Gradients by yhat of 1/2 sum, sum, and mean of (yhat - y)^2.    yhat, y: (N,)   returns half, plain, mean: (N,) each"""
    ### BEGIN SOLUTION
    r = yhat - y
    return r, 2 * r, 2 * r / len(r)
    ### END SOLUTION


# %% role="check" id="l02-three-factors-check" points=3
check("l02.three_factors", three_factors)

# %% [markdown]
# ## 7  One, two, three hidden layers, in U's symbols [U3, U4, U5]
#
# The UBC deck leaves the biases out and takes one example $x$ of shape $(d,)$ with target $y$. One hidden layer:
#
# $$f(w, W) = \tfrac12 \Big( \sum_c w_c\, h(W_c x) - y \Big)^2$$
#
# where $W_c$ is row $c$ of $W$. With $r = \sum_c w_c h(W_c x) - y$ and $v_c = w_c\, h'(W_c x)$ the gradients are
#
# $$\frac{\partial f}{\partial w_c} = r\, h(W_c x) \qquad\qquad \frac{\partial f}{\partial W_{cj}} = r\, v_c\, x_j$$
#
# With another loss only $r$ changes. Here $h$ is the sigmoid, and `h_prime(z)` is its slope at $z$:


# %% role="given" id="l02-h"
def h(z):
    return 1 / (1 + np.exp(-z))


def h_prime(z):
    return h(z) * (1 - h(z))


# %% [markdown]
# **Your turn.** Write `one_hidden(x, y, w, W)`. It returns $r$ (a number), the gradient by $w$ (shape of $w$) and the gradient by $W$ (shape of $W$).
# Write it element by element, as in the deck, or with `np.outer`, as you like.


# %% role="answer" id="l02-one-hidden"
def one_hidden(x, y, w, W):
    """Gradients of 1/2 (w' h(W x) - y)^2.    x: (d,)   y: number   w: (k,)   W: (k, d)   returns r, dw, dW"""
    ### BEGIN SOLUTION
    z = W @ x
    r = w @ h(z) - y
    v = w * h_prime(z)
    return r, r * h(z), r * np.outer(v, x)
    ### END SOLUTION


# %% role="check" id="l02-one-hidden-check" points=3
check("l02.one_hidden", one_hidden)

# %% [markdown]
# **Two hidden layers** [U4]. Write $z^{(1)} = h(W^{(1)} x)$ and $z^{(2)} = h(W^{(2)} z^{(1)})$ for what the hidden layers put out, so that
# $f = \frac12 (w^\top z^{(2)} - y)^2$. For $w$ and $W^{(2)}$ nothing is new: $z^{(1)}$ has taken the place of $x$,
#
# $$\frac{\partial f}{\partial w_c} = r\, z^{(2)}_c \qquad\qquad \frac{\partial f}{\partial W^{(2)}_{cj}} = r\, v_c\, z^{(1)}_j \quad\text{with}\quad v_c = w_c\, h'(W^{(2)}_c z^{(1)})$$
#
# A unit $c$ of the first hidden layer feeds *every* unit $c'$ of the second. All these ways back add up:
#
# $$\frac{\partial f}{\partial W^{(1)}_{cj}} = r\, u_c\, x_j \quad\text{with}\quad u_c = \Big( \sum_{c'} v_{c'}\, W^{(2)}_{c'c} \Big)\, h'(W^{(1)}_c x)$$
#
# **Your turn.** `two_hidden(x, y, w, W2, W1)` returns the gradients by `w`, `W2`, `W1`, each in the shape of what it belongs to.


# %% role="answer" id="l02-two-hidden"
def two_hidden(x, y, w, W2, W1):
    """Gradients of 1/2 (w' h(W2 h(W1 x)) - y)^2.    x: (d,)  w: (k2,)  W2: (k2, k1)  W1: (k1, d)   returns dw, dW2, dW1"""
    ### BEGIN SOLUTION
    in1 = W1 @ x
    in2 = W2 @ h(in1)
    r = w @ h(in2) - y
    v = w * h_prime(in2)
    u = (W2.T @ v) * h_prime(in1)
    return r * h(in2), r * np.outer(v, h(in1)), r * np.outer(u, x)
    ### END SOLUTION


# %% role="check" id="l02-two-hidden-check" points=3
check("l02.two_hidden", two_hidden)

# %% [markdown]
# **Three hidden layers** [U5]. The deck's recipe: compute $r$ and all the $z^{(m)}$ on the way forward. Then
#
# $$\frac{\partial f}{\partial w_c} = r\, z^{(3)}_c \qquad \frac{\partial f}{\partial W^{(3)}_{cj}} = r\, a_c\, z^{(2)}_j \qquad \frac{\partial f}{\partial W^{(2)}_{cj}} = r\, b_c\, z^{(1)}_j \qquad \frac{\partial f}{\partial W^{(1)}_{cj}} = r\, d_c\, x_j$$
#
# where $b$ is made from $a$, and $d$ from $b$, in the way that $u$ was made from $v$.
#
# **Your turn.** Find $a$, $b$ and $d$, and write `three_hidden(x, y, w, W3, W2, W1)`.


# %% role="answer" id="l02-three-hidden"
def three_hidden(x, y, w, W3, W2, W1):
    """Gradients of 1/2 (w' h(W3 h(W2 h(W1 x))) - y)^2.    Wm: (k_m, k_(m-1)), k_0 = d   returns dw, dW3, dW2, dW1"""
    ### BEGIN SOLUTION
    in1 = W1 @ x
    in2 = W2 @ h(in1)
    in3 = W3 @ h(in2)
    r = w @ h(in3) - y
    a = w * h_prime(in3)
    b = (W3.T @ a) * h_prime(in2)
    d = (W2.T @ b) * h_prime(in1)
    return r * h(in3), r * np.outer(a, h(in2)), r * np.outer(b, h(in1)), r * np.outer(d, x)
    ### END SOLUTION


# %% role="check" id="l02-three-hidden-check" points=4
check("l02.three_hidden", three_hidden)

# %% [markdown]
# Do you see the pattern? A fourth layer would need no new idea: carry the error through the transpose of the matrix, multiply by the slope.

# %% [markdown]
# ## 8  Is it right? Central differences
#
# A gradient can be tested without any formula for it. Move one weight up by a small $\epsilon$, then down, and see how the loss changes:
#
# $$\frac{\partial f}{\partial w_i} \approx \frac{f(w + \epsilon e_i) - f(w - \epsilon e_i)}{2 \epsilon}$$
#
# where $e_i$ is 1 at place $i$ and 0 elsewhere. This is slow, two forward passes for *every* weight, but it knows nothing of your
# derivation and so can't repeat its mistakes. Never trust a backward pass that has not been through it.
#
# **Your turn.** Write `numerical_gradient(f, w, eps)`. `f` takes an array of the shape of `w` and returns a number; `w` may have any shape, and must be left as
# it was.


# %% role="answer" id="l02-numerical-gradient"
def numerical_gradient(f, w, eps):
    """Central differences of f at w.    f: array -> number   w: any shape   eps: step   returns an array of the shape of w"""
    ### BEGIN SOLUTION
    w = w.copy()
    gradient = np.zeros(w.shape)
    for i in np.ndindex(w.shape):
        old = w[i]
        w[i] = old + eps
        above = f(w)
        w[i] = old - eps
        gradient[i] = (above - f(w)) / (2 * eps)
        w[i] = old
    return gradient
    ### END SOLUTION


# %% role="check" id="l02-numerical-gradient-check" points=4
check("l02.numerical_gradient", numerical_gradient)

# %% [markdown]
# How small should $\epsilon$ be? Smaller is not always better: below a certain step the difference drowns in rounding. Find the best step for
# 64-bit numbers, then look what 32-bit numbers leave of it. This is why gradients are checked in float64.

# %%
difference_step()

# %% [markdown]
# *What to see:* coming from the right the error falls with $\epsilon^2$, until rounding takes over and it grows again with $1/\epsilon$. The best step is near
# the cube root of the machine precision: about $10^{-5}$ for float64, and about $10^{-2}$ for float32.
#
# Now put your own functions on trial: the gradients of your `three_hidden` against your central differences, weight by weight.

# %%
if passed("l02.three_hidden") and passed("l02.numerical_gradient"):
    rng = np.random.default_rng(0)
    x_try, y_try, w_try = rng.normal(size=5), 0.7, rng.normal(size=3)
    W3_try, W2_try, W1_try = rng.normal(size=(3, 4)), rng.normal(size=(4, 6)), rng.normal(size=(6, 5))

    def half_squared_error(W1):
        return 0.5 * (w_try @ h(W3_try @ h(W2_try @ h(W1 @ x_try))) - y_try) ** 2

    by_hand = three_hidden(x_try, y_try, w_try, W3_try, W2_try, W1_try)[3]
    by_differences = numerical_gradient(half_squared_error, W1_try, 1e-5)

    fig, ax = plt.subplots(figsize=(5, 4.2))
    ax.axline((0, 0), slope=1, color="#999999", linewidth=1)
    ax.scatter(by_differences, by_hand, color="#0072B2", s=22)
    ax.set(
        title="30 gradients of $W^{(1)}$, in two ways", xlabel="by central differences", ylabel="by your three_hidden"
    )
    ax.ticklabel_format(style="sci", scilimits=(0, 0))
    ax.locator_params(nbins=5)
    show(fig, "Thirty points, one for each weight, all on the diagonal: both ways give the same gradients.")
    print(f"largest difference: {np.abs(by_hand - by_differences).max():.1e}")
else:
    print("This picture appears as soon as three_hidden and numerical_gradient are green.")

# %% [markdown]
# *What to see:* all points on the line. One point off it would be one wrong gradient.

# %% [markdown]
# ## 9  Layer by layer, for a batch
#
# Real code does not go unit by unit. It goes layer by layer, for $N$ examples at once, and every layer only needs to know its own part: it is given
# `dy`, the gradient of the loss by what it put out, and returns the gradient by what came in. A gradient always has the shape of what it belongs to.
#
# **Your turn: the sigmoid.** On the way forward it computed $y = \sigma(x)$ and kept $y$. Write its way back. The slope is $y (1 - y)$ [C4].


# %% role="answer" id="l02-sigmoid-backward"
def sigmoid_backward(dy, y):
    """dL/dx of y = sigmoid(x).    dy: dL/dy   y: the sigmoid's output, the shape of dy   returns dx, the same shape"""
    ### BEGIN SOLUTION
    return dy * y * (1 - y)
    ### END SOLUTION


# %% role="check" id="l02-sigmoid-backward-check" points=2
check("l02.sigmoid_backward", sigmoid_backward)

# %% [markdown]
# **Your turn: the ReLU.** It kept its input $x$. At $x = 0$ the ReLU has no slope [C4]; this course takes 0 there, as most libraries do.


# %% role="answer" id="l02-relu-backward"
def relu_backward(dy, x):
    """dL/dx of y = max(0, x).    dy: dL/dy   x: the ReLU's input, the shape of dy   returns dx, the same shape"""
    ### BEGIN SOLUTION
    return dy * (x > 0)
    ### END SOLUTION


# %% role="check" id="l02-relu-backward-check" points=2
check("l02.relu_backward", relu_backward)

# %% [markdown]
# **Your turn: the dense layer** [U7]. For a batch, one example per row, the layer computed
#
# $$\underset{(N, M)}{y} = \underset{(N, D)}{x}\; \underset{(D, M)}{W} + \underset{(M)}{b}$$
#
# `dy` has shape $(N, M)$. Write `dense_backward(dy, x, W)`. It returns `dx`, `dW`, `db`. The weights are used by every example of the batch, so their gradients add
# up over the batch. Nothing is divided by $N$ here: where the loss is a mean, its own gradient brings the $1/N$ along.


# %% role="answer" id="l02-dense-backward"
def dense_backward(dy, x, W):
    """Gradients of y = x W + b.    dy: (N, M)   x: (N, D)   W: (D, M)   returns dx: (N, D), dW: (D, M), db: (M,)"""
    ### BEGIN SOLUTION
    dx = dy @ W.T
    dW = x.T @ dy
    db = dy.sum(axis=0)
    return dx, dW, db
    ### END SOLUTION


# %% role="check" id="l02-dense-backward-check" points=6
check("l02.dense_backward", dense_backward)

# %% [markdown]
# ## 10  The whole network
#
# Put the layers together. The network below has ReLUs in the hidden layers and one number at the output, the logit $z$; the probability is $\hat y = \sigma(z)$. Its loss is the mean binary
# cross-entropy over the batch, computed from the logits:
#
# $$\mathrm{loss} = \frac1N \sum_n \Big( \log(1 + e^{z_n}) - t_n z_n \Big)$$
#
# The forward pass is given. It keeps what the way back needs: every `z`, and every `h`, beginning with the input.


# %% role="given" id="l02-mlp-forward"
def mlp_forward(x, Ws, bs):
    """zs[l] = hs[l] Ws[l] + bs[l] and hs[l + 1] = max(0, zs[l]), with hs[0] = x.  The logits are zs[-1], without a ReLU."""
    zs, hs = [], [x]
    for W, b in zip(Ws, bs):
        zs.append(hs[-1] @ W + b)
        hs.append(np.maximum(zs[-1], 0))
    return zs, hs


# %% [markdown]
# **Your turn.** Write `mlp_backward(x, t, Ws, bs)` for inputs `x` $(N, D)$ and targets `t` $(N, 1)$ of zeros and ones. It returns the loss, the list of gradients of the
# weights and the list of gradients of the biases, both in the order of the layers. Use `mlp_forward`, `dense_backward` and `relu_backward`.


# %% role="answer" id="l02-mlp-backward"
def mlp_backward(x, t, Ws, bs):
    """Mean cross-entropy of the network and its gradients.    x: (N, D)   t: (N, 1)   returns loss, dWs, dbs"""
    ### BEGIN SOLUTION
    zs, hs = mlp_forward(x, Ws, bs)
    z = zs[-1]
    loss = np.mean(np.logaddexp(0, z) - t * z)
    dWs, dbs = [None] * len(Ws), [None] * len(bs)
    dz = (h(z) - t) / len(x)
    for l in reversed(range(len(Ws))):
        dh, dWs[l], dbs[l] = dense_backward(dz, hs[l], Ws[l])
        if l > 0:
            dz = relu_backward(dh, zs[l - 1])
    return loss, dWs, dbs
    ### END SOLUTION


# %% role="check" id="l02-mlp-backward-check" points=9
check("l02.mlp_backward", mlp_backward)

# %% [markdown]
# This is all that it takes to train a network. Below, your gradients teach a 2-16-16-1 network to tell two spirals apart, with 3000 plain steps
# $W \leftarrow W - \alpha\, dW$ and nothing else. (If your function goes through the batch with a loop of its own, it gets as far as it comes in five seconds.)

# %%
if passed("l02.mlp_backward"):
    rng = np.random.default_rng(2)
    turn = np.sqrt(rng.random((150, 1))) * 2.2 * np.pi
    spiral = np.hstack([turn * np.cos(turn), turn * np.sin(turn)]) / 7
    x_train = np.vstack([spiral, -spiral]) + rng.normal(scale=0.02, size=(300, 2))
    t_train = np.repeat([[0.0], [1.0]], 150, axis=0)

    sizes = [2, 16, 16, 1]
    Ws = [rng.normal(size=(n, m)) * np.sqrt(2 / n) for n, m in zip(sizes, sizes[1:])]
    bs = [np.zeros(m) for m in sizes[1:]]
    losses, started = [], time.perf_counter()
    while len(losses) < 3000 and time.perf_counter() - started < 5:
        loss_now, dWs, dbs = mlp_backward(x_train, t_train, Ws, bs)
        losses.append(loss_now)
        Ws = [W - 0.5 * dW for W, dW in zip(Ws, dWs)]
        bs = [b - 0.5 * db for b, db in zip(bs, dbs)]

    side = np.linspace(-1.15, 1.15, 160)
    plane = np.stack(np.meshgrid(side, side), axis=-1).reshape(-1, 2)
    probability = h(mlp_forward(plane, Ws, bs)[0][-1]).reshape(160, 160)

    fig, (left, right) = plt.subplots(1, 2, figsize=(9.5, 4.2))
    left.plot(losses, color="#0072B2")
    left.set(title="The loss falls", xlabel="step", ylabel="mean cross-entropy", ylim=(0, None))
    shade = right.contourf(side, side, probability, levels=11, cmap="cividis")
    for label, marker, color in ((0, "o", "white"), (1, "s", "#E69F00")):
        points = x_train[t_train[:, 0] == label]
        right.scatter(
            *points.T, s=12, marker=marker, color=color, edgecolor="black", linewidth=0.4, label=f"class {label}"
        )
    right.set(title="What the network says", xlabel="$x_1$", ylabel="$x_2$")
    right.legend(loc="upper right", fontsize=8)
    fig.colorbar(shade, ax=right, label=r"$\hat y$")
    show(
        fig,
        f"Left: the loss falls from {losses[0]:.2f} to {losses[-1]:.2f} in {len(losses)} steps. "
        "Right: two classes of points on two spirals; the plane is divided into two regions that wind around each other with them.",
    )
    correct = np.mean((mlp_forward(x_train, Ws, bs)[0][-1] > 0) == (t_train > 0.5))
    print(f"training points on the right side: {correct:.1%}")
else:
    print("This picture appears as soon as the check of mlp_backward is green.")

# %% [markdown]
# *What to see:* the loss falls slowly at first and then in a hurry, and the two regions wind around each other. Nobody told the
# network about spirals.

# %% [markdown]
# ## 11  What it costs [U6]
#
# Count one *multiply-add* for each product of a weight with a number. Forward, every weight is used once per example. Backward, a dense layer needs two products:
# one for the gradient of its weights, one for the error that it hands down. The first layer hands nothing down, for nothing below it is trained.
#
# **Your turn.** `multiply_adds(sizes)` takes the number of units in each layer, from the inputs to the output, such as `[784, 256, 128, 1]`. It returns the multiply-adds of
# one example, forward and backward. Biases and nonlinearities are not counted.


# %% role="answer" id="l02-multiply-adds"
def multiply_adds(sizes):
    """Multiply-adds of one example.    sizes: [d, k_1, ..., k_m, 1]   returns forward, backward"""
    ### BEGIN SOLUTION
    weights = [n * m for n, m in zip(sizes, sizes[1:])]
    return sum(weights), 2 * sum(weights) - weights[0]
    ### END SOLUTION


# %% role="check" id="l02-multiply-adds-check" points=2
check("l02.multiply_adds", multiply_adds)

# %%
if passed("l02.multiply_adds"):
    depths = range(1, 9)
    costs = np.array([multiply_adds([100] + [50] * m + [1]) for m in depths])

    fig, ax = plt.subplots(figsize=(6.4, 3.8))
    ax.plot(depths, costs[:, 0], "o-", color="#0072B2", label="forward")
    ax.plot(depths, costs[:, 1], "s-", color="#D55E00", label="backward")
    ax.plot(depths, [100 * 50 + m * 50**2 for m in depths], "--", color="#666666", label="$dk + mk^2$ [U6]")
    ax.set(
        title="Cost of one example, $d = 100$ inputs, $k = 50$ units a layer",
        xlabel="hidden layers $m$",
        ylabel="multiply-adds",
    )
    ax.legend()
    show(fig, "Two straight lines over the number of hidden layers; backward rises nearly twice as steeply as forward.")
    print(f"backward / forward at m = 8: {costs[-1, 1] / costs[-1, 0]:.2f}")
else:
    print("This picture appears as soon as the check of multiply_adds is green.")

# %% [markdown]
# *What to see:* straight lines, both growing with $m k^2$ as U6 says. "The same cost" is meant up to a factor, which lies between 1 and 2.

# %% [markdown]
# **In your own words.** A network has a million weights. Central differences would need two million forward passes for one gradient; backpropagation
# needs about the work of two or three. Explain to a fellow student why the way back costs no more than a small multiple of the way forward, although it
# finds a million derivatives. Three to six sentences; use the words *error*, *layer* and *once*.

# %% [markdown] role="written" id="l02-cost-why" points=4
# ### BEGIN SOLUTION
# Every weight's gradient is a product of two numbers: the error where the weight ends and the activation where it starts. The activations are kept from the
# forward pass. The error of a unit does not depend on which weight below we ask about: it is computed once, from the errors of the layer above, and then shared by
# all the weights that end at this unit and by everything below it. So the way back visits each weight twice, once to carry the error down and once to
# form the gradient, where the way forward visited it once. Central differences share nothing: they repeat the whole forward pass for every weight.
#
# **Rubric, 4 points.** 1: a gradient is the error at the end of the weight times the activation at its start (in words or as a formula). 1: errors are
# computed layer by layer, each once, and reused by all weights below. 1: hence a fixed number of operations per weight, as in the forward pass (a factor of about
# 2 is named, or "the same up to a constant"). 1: contrast with central differences, which repeat the forward pass for each weight. Half points for a
# true but vague sentence. No points off for language.
# ### END SOLUTION

# %% [markdown]
# ## 12  Recap
#
# Forward, keep what you pass. Backward, start with the derivative of the loss. At each layer, form the gradients of its weights from the error that arrives and the
# activations that were kept, and hand the error down through the transpose and the slope. Test it with central differences, once, in float64.
#
# Here is what the decks claim, measured with your functions:

# %%
if all(passed(f"l02.{name}") for name in ("one_hidden", "mlp_backward", "numerical_gradient", "multiply_adds")):
    rng = np.random.default_rng(7)
    x_c, t_c = rng.normal(size=(20, 4)), rng.integers(2, size=(20, 1)).astype(float)
    W_c, b_c = [rng.normal(size=(4, 6)), rng.normal(size=(6, 1))], [rng.normal(size=6), rng.normal(size=1)]

    def loss_of_first_weights(W):
        return mlp_backward(x_c, t_c, [W, W_c[1]], b_c)[0]

    numeric = numerical_gradient(loss_of_first_weights, W_c[0], 1e-5)
    exact = mlp_backward(x_c, t_c, W_c, b_c)[1][0]
    gap = np.abs(numeric - exact).max() / np.abs(exact).max()

    w_u, W_u, x_u = rng.normal(size=3), rng.normal(size=(3, 4)), rng.normal(size=4)
    v_times_x = np.outer(w_u * h_prime(W_u @ x_u), x_u)
    r_u = h(w_u @ h(W_u @ x_u)) - 1.0  # the error of cross-entropy after a sigmoid, target 1
    by_hand_u = r_u * v_times_x
    numeric_u = numerical_gradient(lambda W: np.logaddexp(0, -(w_u @ h(W @ x_u))), W_u, 1e-5)
    gap_u = np.abs(numeric_u - by_hand_u).max() / np.abs(by_hand_u).max()

    ratios = [multiply_adds([d] + [k] * m + [1]) for d in (10, 100, 1000) for k in (10, 100) for m in (1, 4, 16)]
    ratios = [backward / forward for forward, backward in ratios]

    claims(
        [
            ("C6", "a gradient is error times input", f"relative gap {gap:.0e}", "yes" if gap < 1e-6 else "no"),
            ("U3", "with another loss only r changes", f"relative gap {gap_u:.0e}", "yes" if gap_u < 1e-6 else "no"),
            (
                "U6",
                "backward costs the same as forward",
                f"{min(ratios):.2f} to {max(ratios):.2f} times, {len(ratios)} networks",
                "up to a factor 2" if min(ratios) >= 1 and max(ratios) < 2 else "no",
            ),
            (
                "C7, E15",
                "ReLU everywhere, with cross-entropy",
                f"loss = {loss_with_relu}",
                "yes" if np.isfinite(loss_with_relu) else "no: the output needs a sigmoid",
            ),
        ]
    )
else:
    print("The table appears as soon as one_hidden, mlp_backward, numerical_gradient and multiply_adds are green.")

# %% [markdown]
# **Further reading.** D. E. Rumelhart, G. E. Hinton, R. J. Williams: *Learning representations by back-propagating errors*, Nature 323 (1986).
# A. Griewank, A. Walther: *Evaluating Derivatives*, 2nd edition (2008), for why a gradient costs no more than a few function values.
# I. Goodfellow, Y. Bengio, A. Courville: *Deep Learning* (2016), section 6.5.

# %%
progress()

# %% [markdown]
# ## Hand in
#
# Save (*File > Save Notebook*), then press the button. It looks for cells that are missing, damaged or edited, and packs the
# notebook into one file.

# %%
from course_lib import hand_in

hand_in("l02_backpropagation")
