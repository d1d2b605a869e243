"""Writes small PyTorch checkpoints into a folder beside this file, named after the PyTorch that runs it.

Element i (row-major) of every tensor is i / 4 - 2, turned into the tensor's type, unless said otherwise.
Needs torch and numpy. Usage: python3 make-fixtures.py
"""

import argparse
import collections
import pathlib

import numpy
import torch

FOLDER = pathlib.Path(__file__).parent / ("pytorch-" + ".".join(torch.__version__.split(".")[:2]))


def elements(*shape, dtype=torch.float32):
    count = int(numpy.prod(shape))
    return (torch.arange(count, dtype=torch.float64) / 4 - 2).to(dtype).reshape(shape)


def types():
    return collections.OrderedDict(
        float=elements(2, 3, 2, 2),
        double=elements(3, 2, dtype=torch.float64),
        half=elements(3, 3, dtype=torch.float16),
        bfloat16=elements(3, 4, dtype=torch.bfloat16),
        long=elements(13, dtype=torch.int64),
        int=elements(13, dtype=torch.int32),
        short=elements(13, dtype=torch.int16),
        char=elements(13, dtype=torch.int8),
        byte=(elements(13) + 2).to(torch.uint8),  # i / 4
        bool=elements(13, dtype=torch.bool),
        scalar=torch.tensor(-2.0),
        empty=torch.zeros(0, 3),
        parameter=torch.nn.Parameter(elements(2, 5)),
    )


def views():
    base = elements(4, 6)
    return {
        "base": base,
        "shared": base,
        "row": base[2],
        "reshaped": base.reshape(2, 12),
        "transposed": base.t(),
        "stepped": base[1::2, ::3],
        "expanded": base[0, 1:2].expand(3, 2),
        "channelsLast": elements(2, 3, 2, 2).to(memory_format=torch.channels_last),
        "halfTransposed": elements(3, 2, dtype=torch.float16).t(),
    }


def checkpoint():
    model = torch.nn.Linear(3, 2)
    with torch.no_grad():
        model.weight.copy_(elements(2, 3))
        model.bias.copy_(elements(2))
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1, momentum=0.9)
    scheduler = torch.optim.lr_scheduler.MultiStepLR(optimizer, [2, 4])
    state_dict = torch.nn.DataParallel(model).state_dict()
    model(torch.ones(1, 3)).sum().backward()
    optimizer.step()
    scheduler.step()
    with torch.no_grad():
        model.weight.copy_(elements(2, 3))
        model.bias.copy_(elements(2))
    return {
        "epoch": 3,
        "arch": "linear",
        "best": numpy.float64(71.5),
        "args": argparse.Namespace(rate=0.1, folder="/data", sizes=[1, (2, 3)], name=None),
        "classes": {"cat", "dog"},
        "large": 1 << 70,
        "device": torch.device("cpu"),
        "dtype": torch.float32,
        "shape": torch.Size([1, 2]),
        "complex": torch.zeros(2, dtype=torch.complex64),
        "optimizer": optimizer.state_dict(),
        "lr_scheduler": scheduler.state_dict(),
        "model": state_dict,
    }


def save(name, value):
    torch.save(value, FOLDER / (name + ".pth"))
    torch.save(value, FOLDER / (name + "-legacy.pth"), _use_new_zipfile_serialization=False)


FOLDER.mkdir(exist_ok=True)
save("types", types())
save("views", views())
save("checkpoint", checkpoint())
save("complex", {"complex": torch.zeros(2, dtype=torch.complex64)})
# The legacy form would take the module's source with it.
torch.save(torch.nn.Linear(1, 1), FOLDER / "module.pth")
torch.save(types(), FOLDER / "types-protocol4.pth", pickle_protocol=4)
torch.save(types(), FOLDER / "types-protocol4-legacy.pth", pickle_protocol=4, _use_new_zipfile_serialization=False)
