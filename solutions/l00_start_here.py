# %% [markdown]
# # 00  Start here
#
# In five minutes you will have written a function, had it checked, opened a hint, seen what a mistake looks like and
# drawn your own map of the course. Every other lesson works the same way.
#
# The course follows five public lecture decks. A mark such as [C2] points at the place in a deck where an idea is taught:
# **W** Waterloo, CS489/698, lecture 11; **U** UBC, CPSC 340, Deep Learning; **C** CSE 471, Deep Learning; **L** Leuphana, Deep
# Learning: Regularization; **I** ISI, Optimizing Deep Learning Models. A mark such as [E5] points at the table of slips at the
# end of this page.

# %% [markdown]
# ## 1  How a lesson works
#
# You read a little, look at a picture that you can play with, write a small function, and run the check below it.
# To run a cell, click into it and press Shift + Enter. Always begin with the first code cell: it loads what the lesson needs.

# %% role="given" id="l00-setup"
import numpy as np

from course_lib import check, hint, passed, progress
from course_lib.pictures import show

# %% [markdown]
# ## 2  Your first function
#
# A unit of a neural network receives numbers $x_1, \dots, x_D$. It multiplies each by a weight of its own, adds the products up,
# and adds one more number, the bias $w_0$ [C2]:
#
# $$in_j = w_0 + \sum_{i=1}^{D} w_i\, x_i$$
#
# You may think of the bias as the weight of one more input that is always $+1$.
#
# **Your turn.** Write `weighted_sum(w0, w, x)`. `w0` is a number, `w` and `x` are arrays of shape $(D,)$; return one number.
# Replace the two lines below the words YOUR CODE HERE.


# %% role="answer" id="l00-weighted-sum"
def weighted_sum(w0, w, x):
    """in_j = w0 + sum of w_i x_i.    w0: number   w, x: (D,)   returns a number"""
    ### BEGIN SOLUTION
    return w0 + np.sum(w * x)
    ### END SOLUTION


# %% [markdown]
# Now run the check. It calls your function with several inputs and tells you at once what it found. You may run it as often as
# you like: only the last version of your function counts.

# %% role="check" id="l00-weighted-sum-check" points=1
check("l00.weighted_sum", weighted_sum)

# %% [markdown]
# Right after the card stands a plain number: your points for this exercise.
#
# When you open a lesson again the next day, choose *Run > Run All Cells* once: the kernel has forgotten your functions over night, and sliders say
# "model not found" until their cell is run again.
#
# ## 3  When it is wrong
#
# A check does not only say "wrong". Try it: put a minus in front of `w0`, run your cell and the check again, and read the card.
# It looks your answer up in a list of slips that students make, and names yours if exactly one fits. If none fits, it says how
# many values are wrong and shows the worst. If Python stopped with an error, it shows the line of your code.
#
# **Stuck?** Each exercise has three hints. The first points the way, the third nearly gives it away. Run the next cell
# once, twice, three times.

# %%
hint("l00.weighted_sum")

# %% [markdown]
# **Pictures are a reward.** Many figures in this course are drawn by your own function, as soon as its check is green. Here is a
# first one: what enters a unit with $w_0 = -1$ and $w = (2, 1)$, for every point of a plane.

# %%
if passed("l00.weighted_sum"):
    import matplotlib.pyplot as plt

    side = np.linspace(-2, 2, 81)
    values = [[weighted_sum(-1.0, np.array([2.0, 1.0]), np.array([x1, x2])) for x1 in side] for x2 in side]

    fig, ax = plt.subplots(figsize=(5.2, 4.2))
    picture = ax.contourf(side, side, values, levels=13, cmap="cividis")
    ax.contour(side, side, values, levels=[0], colors="white", linewidths=2)
    ax.set(title="What enters the unit: $in = -1 + 2 x_1 + x_2$", xlabel="$x_1$", ylabel="$x_2$")
    fig.colorbar(picture, ax=ax, label="$in$")
    show(
        fig,
        "A plane in stripes that grow brighter to the upper right; a white line from the upper left to the lower right marks in = 0.",
    )
else:
    print("This picture appears as soon as the check of weighted_sum is green.")

# %% [markdown]
# *What to see:* the values grow in one direction, that of $w$. The white line, where $in = 0$, is straight: with one unit alone you
# can only cut the plane along a line. The bias moves the line, the weights turn it.
#
# ## 4  Your map
#
# `progress()` shows every exercise of the course and how its last check went. It is kept in a small file beside the notebook,
# so it is still there tomorrow.

# %%
progress()

# %% [markdown]
# ## 5  Written questions and handing in
#
# Some questions want words instead of code. They are read by a person, who has a rubric with the points. Write into the cell that
# says YOUR ANSWER HERE.
#
# Before you hand a notebook in: choose *Kernel > Restart Kernel and Run All Cells*, look at every check once more, and
# save. The button at the end of every lesson then packs it into one file, which you hand in as your course tells you.
# Please leave the cells with checks as they are. If one gets damaged, it is put back before grading; nothing that you wrote is lost.
# If a lesson itself is broken, `from course_lib import restore` and `restore("l00_start_here")` bring it back, with your answers.
#
# When your work is graded, the same checks run with other numbers. A function that works on the visible ones because it
# is right will be right there too.
#
# **On Binder nothing is kept.** A Binder session ends after a few idle minutes and takes your work with it. Choose
# *File > Download* before you leave, and upload the file when you come back, in place of the one that is there.

# %% [markdown]
# ## 6  One idea, five notations
#
# The five decks write the same things differently. The lessons use the column "here"; when a section follows one deck, it uses that
# deck's symbols and says so.
#
# | what | here, in code | W | U | C | L | I |
# |---|---|---|---|---|---|---|
# | input of the network | `x` | $x$ | $x_i$ (example $i$) | $x_1, x_2, \dots$ | $x^{(0)}$ | $x$, $a^{[0]}$ |
# | weights of a layer | `W`, shape (D, M) | $W$, $w$ | $W^{(m)}$, $w$ (last) | $w_{i,j}$ (from $i$ to $j$) | $w^{(\ell)}$ | $W^{[k]}$ |
# | bias | `b` | $b$ | left out | $w_{0,j}$ | $b^{(\ell)}$ | $b^{[k]}$ |
# | what enters the nonlinearity | `z` | $w^\top h + b$ | $W^{(m)} z$ | $in_j$ | $s^{(\ell)}$ | $z^{[k]}$ |
# | nonlinearity | `relu`, `sigmoid`, ... | $\sigma$ | $h$ | $g_j$, $\phi$ | $\sigma$ | $g^{[k]}$ |
# | what leaves a unit | `h`, `a` | $h$ | $z^{(m)}$ | $a_j$ | $x^{(\ell)}$ | $a^{[k]}$ |
# | prediction | `yhat` | $\hat y$ | $w^\top z$ | $\hat y$ | $f(x)$ | $\hat f(x)$ |
# | what is minimised | `loss` | $J(\theta)$ | $f(w, W)$ | $\mathrm{Loss}$, $l$ | $E(w)$ | $J(\theta)$ |
# | number of examples, batch size | `N` | $m$ | $n$ | $n$, $\lvert\mathcal{B}\rvert$ | | $m$, $B$ |
# | step size | `lr` | $\epsilon$ | $\alpha^t$ | | $\eta$ | $\alpha$ |
# | strength of a penalty | named where it is used [E11] | $\alpha$ | $\lambda$ | | $\lambda$ | $\lambda$ |
# | dropout's $p$ | probability of *dropping* [E1] | keep or drop | | drop | keep | keep |
# | error sent back to a unit | `dz` | | $r v_c$ | $\Delta_j$ | | $\partial L / \partial z^{[k]}$ |

# %% [markdown]
# ## 7  Where the decks disagree or slip
#
# Lectures are written by people. These nineteen places would trip you up, so each is settled in a lesson by an exercise, a
# test or a demonstration.
#
# | mark | the deck says | what is right, or how they differ | lesson |
# |---|---|---|---|
# | E1 | W20: at test time multiply the weights by the dropout probability | by the probability of *keeping* a unit. W19 and C12 call $p$ the probability of dropping; W21's code, L8 and I5 that of keeping | 08 |
# | E2 | W15: true class $p + \epsilon$, false classes $\frac{1-p}{k-1} - \epsilon$ | these sum to $1 - (k-2)\epsilon$: a distribution only for $k = 2$. The usual form is $(1-\epsilon)\,\mathrm{onehot} + \epsilon / k$ | 10 |
# | E3 | U14: a normal number divided by $\sqrt{2\,n_{in}}$ | variance $1/(2n)$, four times smaller than He's $2/n$ [I7]; with ReLU the signal fades from layer to layer | 04 |
# | E4 | I7: $\rho \sim U(0, 1)$ times $c$ | its mean is not 0 and its variance is $c^2/12$. For variance $c^2$ draw from $N(0, 1)$ or $U(-\sqrt 3, \sqrt 3)$, times $c$ | 04 |
# | E5 | I15: $\tanh z = \frac{1 - e^{2z}}{1 + e^{2z}}$ | the sign is turned: $\frac{e^{2z} - 1}{e^{2z} + 1}$, as in C3 | 01 |
# | E6 | I4: the update $W - \frac{\alpha\lambda}{m} - \dots$ | the shrinking term lacks its $W$: $W - \frac{\alpha\lambda}{m} W - \alpha \frac{\partial L}{\partial W}$ | 07 |
# | E7 | I2: $\mathrm{Var} = E[\hat f - E \hat f]$ | the square is missing; as written it is always 0 | 06 |
# | E8 | I9: $\lfloor m/B \rfloor + 1$ mini-batches | one too many where $B$ divides $m$: it is $\lceil m/B \rceil$ | 05 |
# | E9 | I13: RMSProp divides by $\sqrt S$ | that divides by 0 where the gradient is 0: a small $\epsilon$ is needed | 05 |
# | E10 | I14: Adam's $\epsilon$ inside the root | the paper has it outside; they differ where gradients are tiny | 05 |
# | E11 | W11 $\frac{1}{2}\alpha \lVert w \rVert^2$, L2 $\lambda \lVert w \rVert^2$, I4 $\frac{\lambda'}{2m} \lVert w \rVert^2$ | one penalty, three scales: $\alpha = 2\lambda = \lambda'/m$. Only I4 includes the biases | 07 |
# | E12 | L5 steps by $\lambda\,\mathrm{sign}(w)$ without the step size, W13 has $\alpha\,\mathrm{sign}(w)$ inside the gradient | $\lambda_L = \eta\, \alpha_W$ | 07 |
# | E13 | U19's heavy ball against I12's moving average | the same path for $\alpha_{ball} = (1 - \beta)\,\alpha_{average}$, with constant rates and a start at 0 | 05 |
# | E14 | W22, I8: $\sqrt{\mathrm{var} + \epsilon}$; C11, L14: $\epsilon$ in the variance | these are equal; but the running variance of most libraries is the unbiased one | 09 |
# | E15 | C7: "Non-linearity = ReLU, loss = binary cross-entropy" | the output must be a sigmoid: a ReLU there can put out 7, and $\log(1 - 7)$ does not exist | 02 |
# | E16 | W9: regularization reduces "generalization but not its training error" | it reduces the generalization *error* | 06 |
# | E17 | W6: log-sum-exp is about $\max z = z_i$ | only where $z_i$ is the largest, by far | 03 |
# | E18 | C6: "$g'$ is always nonnegative" | for the activations of C3, which never fall; not for every activation | 01 |
# | E19 | U3 and U25 take half of the squared error and sums, C6 the plain square, W2 and I4 means | factors $\frac12$, $1$ and $\frac1m$, to be kept apart when gradients are checked | 02 |

# %% [markdown]
# ## Recap
#
# You know the loop now: read, play, write, check, read the card, take a hint if you need one, look at your map. Go on with
# lesson 01, or open any lesson that your lecture has reached.

# %% [markdown]
# ## Hand in
#
# Save (*File > Save Notebook*), then press the button. It looks for cells that are missing, damaged or edited, and packs the
# notebook into one file.

# %%
from course_lib import hand_in

hand_in("l00_start_here")
