# SPDX-FileCopyrightText: LoRA Studio authors
# SPDX-License-Identifier: Apache-2.0
# NVIDIA's compiler and LibTorch's CUDA half for the plug-in, from the cache that `./studio build cuda` fills.
# CMake's own CUDA language wants an installed toolkit to probe; one custom command per file needs none.
set(LORA_CUDA_TOOLKIT_DIR "${_cache}/lora-studio/cuda-toolkit-13.0.88" CACHE PATH "Folder with bin/nvcc and include/")
set(LORA_CUDNN_DIR "${_cache}/lora-studio/cudnn-9.19.0.56" CACHE PATH "Folder with include/cudnn_frontend.h and lib/")
set(LORA_TORCH_CUDA_DIR "${LORA_TORCH_DIR}-cuda" CACHE PATH "Folder with lib/libtorch_cuda.so")
foreach(_file IN ITEMS "${LORA_CUDA_TOOLKIT_DIR}/bin/nvcc" "${LORA_CUDNN_DIR}/include/cudnn_frontend.h"
        "${LORA_TORCH_CUDA_DIR}/lib/libtorch_cuda.so")
    if(NOT EXISTS "${_file}")
        message(FATAL_ERROR "${_file} is missing. Run `./studio build cuda`.")
    endif()
endforeach()

# Ampere, Ada and Hopper as machine code; newer ones compile the last line's intermediate code when they load it.
set(LORA_CUDA_CODE
    -gencode=arch=compute_80,code=sm_80
    -gencode=arch=compute_86,code=sm_86
    -gencode=arch=compute_89,code=sm_89
    -gencode=arch=compute_90a,code=sm_90a
    -gencode=arch=compute_90,code=compute_90)

foreach(_name c10 torch)
    add_library(torch::${_name}_cuda SHARED IMPORTED)
    set_target_properties(torch::${_name}_cuda PROPERTIES
        IMPORTED_LOCATION "${LORA_TORCH_CUDA_DIR}/lib/lib${_name}_cuda.so")
    target_include_directories(torch::${_name}_cuda SYSTEM INTERFACE "${LORA_CUDA_TOOLKIT_DIR}/include")
endforeach()
add_library(torch::cudart SHARED IMPORTED)
set_target_properties(torch::cudart PROPERTIES IMPORTED_LOCATION "${LORA_TORCH_DIR}/lib/libcudart.so.13")

# By an option, not by the file: what runs is the cuDNN beside libtorch_cuda, and no path to this one is left behind.
add_library(torch::cudnn INTERFACE IMPORTED)
target_include_directories(torch::cudnn SYSTEM INTERFACE "${LORA_CUDNN_DIR}/include" "${LORA_CUDA_TOOLKIT_DIR}/include")
target_compile_definitions(torch::cudnn INTERFACE CUDNN_FRONTEND_SKIP_JSON_LIB)
target_link_options(torch::cudnn INTERFACE "LINKER:-L${LORA_CUDNN_DIR}/lib,-l:libcudnn.so.9")

# cuda_sources(<target> <file.cu>...): compiled by nvcc and added to the target.
function(cuda_sources target)
    foreach(source IN LISTS ARGN)
        get_filename_component(name "${source}" NAME)
        set(object "${CMAKE_CURRENT_BINARY_DIR}/${name}.o")
        add_custom_command(OUTPUT "${object}"
            COMMAND "${LORA_CUDA_TOOLKIT_DIR}/bin/nvcc" -ccbin "${CMAKE_CXX_COMPILER}" -std=c++20 -O3 ${LORA_CUDA_CODE}
                -Werror all-warnings -Xcompiler=-fPIC,-fvisibility=hidden,-Wall,-Wextra
                -I "${CMAKE_SOURCE_DIR}" -MD -MF "${object}.d" -c "${source}" -o "${object}"
            DEPENDS "${source}" DEPFILE "${object}.d" COMMENT "Building CUDA object ${name}.o" VERBATIM)
        target_sources(${target} PRIVATE "${object}")
    endforeach()
endfunction()
