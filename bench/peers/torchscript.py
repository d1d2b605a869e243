#!/usr/bin/python3
"""Makes a TorchScript of a network that `bin/vision model export` wrote, for DJL's PyTorch engine.

Usage: torchscript.py NETWORK.onnx NETWORK.pt

The nodes become PyTorch's own operators one by one, with the same weights, so that PyTorch has the very network that
ONNX Runtime has: its batch normalisation is already part of its convolutions. Then the whole is traced, as DJL's
documentation tells: https://docs.djl.ai/docs/pytorch/how_to_convert_your_model_to_torchscript.html

Needs Debian's python3-torch and python3-onnx.
"""

import sys

import onnx
import onnx.numpy_helper
import torch
import torch.nn.functional as F


def convolution(x, weight, bias, strides, pads, group, kernel_shape):
    top, left, bottom, right = pads
    if (top, left) == (bottom, right):
        return F.conv2d(x, weight, bias, strides, (top, left), 1, group)
    return F.conv2d(F.pad(x, (left, right, top, bottom)), weight, bias, strides, 0, 1, group)


def hard_sigmoid(x, alpha=0.2, beta=0.5):
    if abs(alpha - 1 / 6) > 1e-6 or beta != 0.5:
        raise ValueError(f"PyTorch's hard sigmoid is clip(x / 6 + 0.5), not of alpha {alpha} and beta {beta}")
    return F.hardsigmoid(x)


def fully_connected(x, weight, bias, transB=0):
    return F.linear(x, weight if transB else weight.T, bias)


OPERATORS = {
    "Conv": convolution,
    "HardSwish": F.hardswish,
    "HardSigmoid": hard_sigmoid,
    "Relu": F.relu,
    "GlobalAveragePool": lambda x: F.adaptive_avg_pool2d(x, 1),
    "Mul": torch.mul,
    "Add": torch.add,
    "Flatten": lambda x: torch.flatten(x, 1),
    "Gemm": fully_connected,
    "Identity": lambda x: x,
}


class Network(torch.nn.Module):
    """A graph of ONNX operators."""

    def __init__(self, graph):
        super().__init__()
        self.graph = graph
        self.places = {}
        for tensor in graph.initializer:
            self.places[tensor.name] = f"weight_{len(self.places)}"
            values = torch.from_numpy(onnx.numpy_helper.to_array(tensor).copy())
            self.register_buffer(self.places[tensor.name], values)

    def forward(self, picture):
        values = {name: getattr(self, place) for name, place in self.places.items()}
        values[self.graph.input[0].name] = picture
        for node in self.graph.node:
            attributes = {a.name: onnx.helper.get_attribute_value(a) for a in node.attribute}
            inputs = [values[name] for name in node.input]
            values[node.output[0]] = OPERATORS[node.op_type](*inputs, **attributes)
        return values[self.graph.output[0].name]


def main(source, target):
    graph = onnx.load(source).graph
    unknown = {node.op_type for node in graph.node} - OPERATORS.keys()
    if unknown:
        sys.exit(f"{source} has operators that this does not know: {', '.join(sorted(unknown))}")
    shape = [dimension.dim_value or 1 for dimension in graph.input[0].type.tensor_type.shape.dim]
    network = Network(graph).eval()
    with torch.no_grad():
        torch.jit.trace(network, torch.zeros(shape)).save(target)
    print(f"Wrote {target}, of an input of {' x '.join(map(str, shape))}.")


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    main(sys.argv[1], sys.argv[2])
