# SPDX-FileCopyrightText: LoRA Studio authors
# SPDX-License-Identifier: Apache-2.0
# Language level, warnings, ccache and mold: everything every target shares.
set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)

add_compile_options(-Wall -Wextra -Wpedantic)
# GCC 12 sees overlapping copies in "text" + std::string at -O3 where there are none (GCC bug 105651).
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 13)
    add_compile_options(-Wno-restrict -Wno-stringop-overflow)
endif()
option(LORA_WERROR "Warnings are errors" ON)
if(LORA_WERROR)
    add_compile_options(-Werror)
endif()

set(LORA_SANITIZE "" CACHE STRING "Sanitizers for every target, e.g. address,undefined")
if(LORA_SANITIZE)
    add_compile_options(-fsanitize=${LORA_SANITIZE} -fno-omit-frame-pointer)
    add_link_options(-fsanitize=${LORA_SANITIZE})
endif()

# ccache keeps objects built with the precompiled header only under these relaxations.
find_program(CCACHE_PROGRAM ccache)
if(CCACHE_PROGRAM)
    set(CMAKE_CXX_COMPILER_LAUNCHER
        ${CMAKE_COMMAND} -E env
        CCACHE_SLOPPINESS=pch_defines,time_macros,include_file_mtime,include_file_ctime
        CCACHE_BASEDIR=${CMAKE_SOURCE_DIR} ${CCACHE_PROGRAM})
    add_compile_options(-fpch-preprocess)
endif()

find_program(MOLD_PROGRAM mold)
if(MOLD_PROGRAM)
    add_link_options(-fuse-ld=mold)
endif()
