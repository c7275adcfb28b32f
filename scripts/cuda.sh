# SPDX-FileCopyrightText: LoRA Studio authors
# SPDX-License-Identifier: Apache-2.0
# What the preset `cuda` needs beyond the rest: NVIDIA's compiler, cuDNN's headers and LibTorch's CUDA half, from the pinned
# wheels, into the cache; and, where there is a GPU to run on, the libraries that LibTorch's CUDA half names.
# shellcheck shell=bash

CUDA_TOOLKIT="$CACHE/cuda-toolkit-$(sed -n 's/^nvidia-cuda-nvcc==\([^ ]*\).*/\1/p' cmake/cuda_toolkit.txt)"
TORCH_CUDA="$CACHE/libtorch-$LIBTORCH_VERSION-cuda"
CUDNN="$CACHE/cudnn-$(sed -n 's/^nvidia-cudnn-jit-cu13==\([^ ]*\).*/\1/p' cmake/cudnn.txt)"
CUDA_TOOLKIT_MB=380
CUDNN_MB=60
TORCH_CUDA_MB=1060
CUDA_LIBRARIES_MB=4000

ensure_cuda() {
    local DOWNLOADS="$CACHE/downloads-cuda"
    (
        flock 9
        [[ -x "$CUDA_TOOLKIT/bin/nvcc" ]] || fetch_cuda_toolkit
        [[ -f "$CUDNN/include/cudnn_frontend.h" ]] || fetch_cudnn
        [[ -f "$TORCH_CUDA/lib/libtorch_cuda.so" ]] || fetch_torch_cuda
        if wants_cuda_libraries && [[ ! -f "$TORCH_CUDA/lib/libcublas.so.13" ]]; then
            fetch_cuda_libraries
        fi
    ) 9>"$CACHE/cuda.lock"
    done_note "CUDA compiler, cuDNN's headers, LibTorch's CUDA half$(wants_cuda_libraries && printf ' and its libraries')"
}

# Only a machine with NVIDIA's driver can use them. LORA_CUDA_LIBRARIES=1 fetches them anyhow, =0 never.
wants_cuda_libraries() {
    case "${LORA_CUDA_LIBRARIES:-auto}" in
        1) return 0 ;;
        0) return 1 ;;
        *) ldconfig -p | grep -q 'libcuda\.so\.1' ;;
    esac
}

fetch_cuda_toolkit() {
    local aside="$CUDA_TOOLKIT.unpacking" wheel
    need_space "$CACHE" "$CUDA_TOOLKIT_MB" "The CUDA compiler"
    note "fetching the CUDA compiler: 105 MB, once"
    download_wheels --requirement cmake/cuda_toolkit.txt
    rm -rf "$aside" "$CUDA_TOOLKIT"
    for wheel in "$DOWNLOADS"/nvidia_*.whl; do
        unzip -q -o "$wheel" 'nvidia/cu13/*' -d "$aside"
    done
    chmod +x "$aside"/nvidia/cu13/bin/* "$aside"/nvidia/cu13/nvvm/bin/*
    mv "$aside/nvidia/cu13" "$CUDA_TOOLKIT"
    rm -rf "$aside" "$DOWNLOADS"
}

# Headers, and the library that the plug-in is linked with; what runs is the whole cuDNN of LibTorch.
fetch_cudnn() {
    local aside="$CUDNN.unpacking"
    need_space "$CACHE" "$CUDNN_MB" "cuDNN's headers"
    note "fetching cuDNN's headers: 20 MB, once"
    download_wheels --requirement cmake/cudnn.txt
    rm -rf "$aside" "$CUDNN"
    mkdir -p "$aside"
    unzip -q -o "$DOWNLOADS"/nvidia_cudnn_frontend-*.whl 'include/*' -d "$aside"
    unzip -q -o -j "$DOWNLOADS"/nvidia_cudnn_jit_cu13-*.whl 'nvidia/cudnn_jit/include/*' -d "$aside/include"
    unzip -q -o -j "$DOWNLOADS"/nvidia_cudnn_jit_cu13-*.whl nvidia/cudnn_jit/lib/libcudnn.so.9 -d "$aside/lib"
    mv "$aside" "$CUDNN"
    rm -rf "$DOWNLOADS"
}

# The same wheel that LibTorch came from: what ./studio deps leaves in it.
fetch_torch_cuda() {
    local aside="$TORCH_CUDA.unpacking"
    need_space "$CACHE" "$TORCH_CUDA_MB" "LibTorch's CUDA half"
    note "fetching LibTorch's CUDA half: $LIBTORCH_DOWNLOAD_MB MB, once"
    mkdir -p "$DOWNLOADS"
    grep '^torch==' cmake/libtorch.txt >"$DOWNLOADS/torch.txt"
    download_wheels --requirement "$DOWNLOADS/torch.txt"
    rm -rf "$aside" "$TORCH_CUDA"
    mkdir -p "$aside/lib"
    unzip -q -j "$DOWNLOADS"/torch-*.whl torch/lib/libc10_cuda.so torch/lib/libtorch_cuda.so \
        torch/lib/libtorch_cuda_linalg.so torch/lib/libtorch_nvshmem.so torch/lib/libcaffe2_nvrtc.so -d "$aside/lib"
    mv "$aside" "$TORCH_CUDA"
    rm -rf "$DOWNLOADS"
}

# Side by side with libtorch_cuda.so, which looks there. cuBLAS last: it stands for all.
fetch_cuda_libraries() {
    local wheel
    need_space "$CACHE" "$CUDA_LIBRARIES_MB" "NVIDIA's libraries"
    note "fetching the libraries that LibTorch's CUDA half names: 1500 MB, once"
    download_wheels --requirement cmake/cuda_libraries.txt
    for wheel in "$DOWNLOADS"/nvidia_*.whl; do
        [[ "$wheel" == *nvidia_cublas-* ]] || unzip -q -o -j "$wheel" '*/lib/*.so*' -d "$TORCH_CUDA/lib"
    done
    unzip -q -o -j "$DOWNLOADS"/nvidia_cublas-*.whl '*/lib/libcublasLt.so.13' -d "$TORCH_CUDA/lib"
    unzip -q -o -j "$DOWNLOADS"/nvidia_cublas-*.whl '*/lib/libcublas.so.13' -d "$TORCH_CUDA/lib"
    rm -rf "$DOWNLOADS"
}
