# SPDX-FileCopyrightText: LoRA Studio authors
# SPDX-License-Identifier: Apache-2.0
# LibTorch from the pinned Python wheels, unpacked once into the cache: include/ and the five libraries of lib/.
# shellcheck shell=bash

LIBTORCH_VERSION=$(sed -n 's/^torch==\([^ ]*\).*/\1/p' cmake/libtorch.txt)
LIBTORCH="$CACHE/libtorch-$LIBTORCH_VERSION"
LIBTORCH_DOWNLOAD_MB=545
LIBTORCH_UNPACKED_MB=520
DOWNLOADS="$CACHE/downloads"

ensure_libtorch() {
    if libtorch_is_complete; then
        return
    fi
    need_space "$CACHE" $((LIBTORCH_DOWNLOAD_MB + LIBTORCH_UNPACKED_MB)) "LibTorch"
    # Two set-ups at once take turns; the second finds the work done.
    (
        flock 9
        libtorch_is_complete || fetch_libtorch
    ) 9>"$CACHE/libtorch.lock"
}

libtorch_is_complete() {
    [[ -f "$LIBTORCH/include/ATen/core/Tensor.h" && -f "$LIBTORCH/lib/libtorch_cpu.so" \
        && -f "$LIBTORCH/lib/libcudart.so.13" && -f "$LIBTORCH/lib/libcupti.so.13" ]]
}

fetch_libtorch() {
    note "fetching LibTorch $LIBTORCH_VERSION: $LIBTORCH_DOWNLOAD_MB MB, once; an interrupted download goes on where it stopped"
    download_wheels --requirement cmake/libtorch.txt
    unpack_libtorch
    rm -rf "$DOWNLOADS"
}

# download_wheels ARGUMENT...: pinned wheels for the CPython and the Linux that LibTorch's wheel is made for.
download_wheels() {
    resuming_pip download --no-cache-dir --no-deps --require-hashes --only-binary :all: \
        --python-version 311 --implementation cp --abi cp311 --abi none \
        --platform manylinux_2_28_x86_64 --platform manylinux_2_27_x86_64 --platform manylinux_2_25_x86_64 \
        --platform manylinux_2_18_x86_64 --platform manylinux_2_17_x86_64 --platform manylinux_2_12_x86_64 \
        --platform manylinux2014_x86_64 --platform manylinux2010_x86_64 \
        --dest "$DOWNLOADS" "$@"
}

# Aside, then renamed: a killed set-up never leaves half a folder under the final name.
unpack_libtorch() {
    local aside="$LIBTORCH.unpacking"
    note "unpacking"
    rm -rf "$aside" "$LIBTORCH"
    mkdir -p "$aside/wheel"
    # The wheel's own fmt would hide the distribution's.
    unzip -q "$DOWNLOADS"/torch-*.whl 'torch/include/*' \
        torch/lib/libc10.so torch/lib/libtorch_cpu.so torch/lib/libgomp.so.1 \
        -x 'torch/include/fmt/*' -d "$aside/wheel"
    # libtorch_cpu names these two, though no GPU is asked for.
    unzip -q -j "$DOWNLOADS"/nvidia_cuda_runtime-*.whl '*/libcudart.so.13' -d "$aside/wheel/torch/lib"
    unzip -q -j "$DOWNLOADS"/nvidia_cuda_cupti-*.whl '*/libcupti.so.13' -d "$aside/wheel/torch/lib"
    mv "$aside/wheel/torch" "$LIBTORCH"
    rm -rf "$aside"
}

# resuming_pip ARGUMENT...: the pinned pip, which keeps what arrived of a broken download (scripts/resuming_pip.py).
# PYTHON names another interpreter, as the oracle's virtual environment does.
resuming_pip() {
    local pip
    mkdir -p "$DOWNLOADS"
    python3 -m pip --disable-pip-version-check download --quiet --no-deps --require-hashes --only-binary :all: \
        --requirement scripts/pip.txt --dest "$DOWNLOADS"
    pip=$(printf '%s\n' "$DOWNLOADS"/pip-*.whl)
    PYTHONPATH="$pip" "${PYTHON:-python3}" scripts/resuming_pip.py "$DOWNLOADS" --disable-pip-version-check "$@"
}
