# SPDX-FileCopyrightText: LoRA Studio authors
# SPDX-License-Identifier: Apache-2.0
# LibTorch as imported targets, by hand: the wheel's own find_package insists on CUDA.
# `./studio deps` unpacks the wheel into the cache; LORA_TORCH_DIR names another copy.
if(DEFINED ENV{XDG_CACHE_HOME})
    set(_cache "$ENV{XDG_CACHE_HOME}")
else()
    set(_cache "$ENV{HOME}/.cache")
endif()
set(LORA_TORCH_DIR "${_cache}/lora-studio/libtorch-2.11.0" CACHE PATH "Folder with LibTorch's include/ and lib/")
if(NOT EXISTS "${LORA_TORCH_DIR}/lib/libtorch_cpu.so")
    message(FATAL_ERROR "LibTorch is missing in ${LORA_TORCH_DIR}. Run `./studio deps`.")
endif()

foreach(_name c10 torch_cpu)
    add_library(torch::${_name} SHARED IMPORTED)
    set_target_properties(torch::${_name} PROPERTIES IMPORTED_LOCATION "${LORA_TORCH_DIR}/lib/lib${_name}.so")
    # System includes: torch's headers do not pass our warnings.
    target_include_directories(torch::${_name} SYSTEM INTERFACE
        "${LORA_TORCH_DIR}/include" "${LORA_TORCH_DIR}/include/torch/csrc/api/include")
    # TensorOperators.h then brings the operators alone, not every function of LibTorch.
    target_compile_definitions(torch::${_name} INTERFACE AT_PER_OPERATOR_HEADERS)
    # libtorch_cpu names libcudart and libcupti; they lie beside it.
    target_link_options(torch::${_name} INTERFACE "LINKER:-rpath-link,${LORA_TORCH_DIR}/lib")
endforeach()
target_link_libraries(torch::torch_cpu INTERFACE torch::c10)
