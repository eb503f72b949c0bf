"""Parameters by name, for whoever treats some of them in another way: penalties, bounds, step-size multipliers, freezing."""

from course_lib.layers.base import pack


def parameters(network):
    """{"0.W": array, "0.b": array, ...}: the arrays themselves, not copies as in snapshot(); write into them in place.          [Lectures: U25, I17]"""
    return {path + name: p for path, layer in network.walk() for name, p in layer.params.items()}


def parameter_slices(network):
    """{"0.W": slice, "0.b": slice, ...}: where each parameter lies in the vectors of pack(network).          [Lectures: U18, I17]

    where = parameter_slices(network)
    Adam(groups=[(part, 2.0) for name, part in where.items() if name.endswith(".b")])       # a larger step for the biases
    Adam(groups=[(part, 0.0) for name, part in where.items() if name.startswith("0.")])     # the first layer frozen
    """
    theta, _ = pack(network)
    start = theta.ctypes.data
    where = {name: (p.ctypes.data - start) // p.itemsize for name, p in parameters(network).items()}
    return {name: slice(where[name], where[name] + p.size) for name, p in parameters(network).items()}
