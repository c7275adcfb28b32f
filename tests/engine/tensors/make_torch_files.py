# SPDX-FileCopyrightText: LoRA Studio authors
# SPDX-License-Identifier: Apache-2.0
"""Writes torch_files/: one dict of tensors as torch.save writes it in each of its forms, and the same
tensors as expected.safetensors. Made with PyTorch 2.11."""
import collections
import pathlib

import torch
from safetensors.torch import save_file

FOLDER = pathlib.Path(__file__).parent / "torch_files"


def saved():
    """Every stored type; tensors of one storage, with offsets and strides of every kind."""
    module = torch.nn.Linear(3, 2)  # its state_dict has attributes of its own
    module.weight.data = torch.arange(6.0).view(2, 3)
    module.bias.data = torch.tensor([0.5, -0.5])
    whole = torch.arange(24.0)
    shared = torch.arange(5.0)
    dtypes = {str(dtype).removeprefix("torch."): torch.arange(7).to(dtype) for dtype in (
        torch.float64, torch.float16, torch.bfloat16, torch.int64, torch.int32, torch.int16,
        torch.int8, torch.uint8, torch.bool)}
    return collections.OrderedDict(
        module=module.state_dict(),
        parameter=torch.nn.Parameter(torch.full((2, 2), 3.0)),
        types=dtypes,
        tied=shared, tied_too=shared,
        views={"part": whole[5:9], "matrix": whole.view(4, 6)[1:3, 2:5],
               "transposed": whole.view(4, 6).t(), "stepped": whole[1::5],
               "repeated": whole[3:4].expand(4), "scalar": whole[7],
               "empty": whole[:0].view(0, 3)},
        layers={0: torch.ones(1), 11: torch.zeros(2)},
        epoch=3, rate=1e-4, name="x", done=True, nothing=None, sizes=[1, 2, (3, 4)],
        dtype=torch.bfloat16, shape=torch.Size([2, 3]), device=torch.device("cpu"),
        blob=b"\x00\xff")


def flat(values, prefix=""):
    for key, value in values.items():
        if isinstance(value, dict):
            yield from flat(value, f"{prefix}{key}.")
        elif isinstance(value, torch.Tensor):
            yield f"{prefix}{key}", value.detach().clone().contiguous()


if __name__ == "__main__":
    FOLDER.mkdir(exist_ok=True)
    values = saved()
    save_file(dict(flat(values)), FOLDER / "expected.safetensors")
    torch.save(values, FOLDER / "archive.bin")
    torch.save(values, FOLDER / "protocol4.bin", pickle_protocol=4)
    torch.save(values, FOLDER / "row.bin", _use_new_zipfile_serialization=False)
