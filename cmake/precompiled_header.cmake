# SPDX-FileCopyrightText: LoRA Studio authors
# SPDX-License-Identifier: Apache-2.0
# precompiled_header(<target> <header> <libraries>...): the header built once, with what these libraries define, for the
# targets that say target_precompile_headers(... REUSE_FROM <target>). They have to agree in definitions and flags.
function(precompiled_header target header)
    set(source "${CMAKE_CURRENT_BINARY_DIR}/${target}.cpp")
    file(CONFIGURE OUTPUT "${source}" CONTENT "// The precompiled header alone.\n")
    add_library(${target} OBJECT "${source}")
    target_link_libraries(${target} PUBLIC ${ARGN})
    target_precompile_headers(${target} PRIVATE "${CMAKE_CURRENT_SOURCE_DIR}/${header}")
endfunction()
