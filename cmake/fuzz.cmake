# SPDX-FileCopyrightText: LoRA Studio authors
# SPDX-License-Identifier: Apache-2.0
# Fuzzing with the build's own compiler: what reads files is instrumented for coverage and sanitized, everything else is
# built as for release. The fuzzer itself is libFuzzer's runtime library, a package of the distribution.
option(LORA_FUZZ "Build the fuzzing programs instead of the tests of their kept inputs" OFF)
set(LORA_FUZZ_SANITIZE "address,undefined")

if(LORA_FUZZ)
    file(GLOB _runtimes /usr/lib/llvm-*/lib/clang/*/lib/linux/libclang_rt.fuzzer-${CMAKE_SYSTEM_PROCESSOR}.a)
    list(SORT _runtimes COMPARE NATURAL ORDER DESCENDING)
    if(NOT _runtimes)
        message(FATAL_ERROR "libFuzzer's runtime is missing: ./studio fuzz installs it")
    endif()
    list(GET _runtimes 0 LORA_FUZZER_RUNTIME)
    set(LORA_FUZZ_FLAGS -O1 -g1 -fno-omit-frame-pointer "-fsanitize=${LORA_FUZZ_SANITIZE}" -fno-sanitize=vptr
        -fno-sanitize-recover=undefined -fsanitize-coverage=trace-pc,trace-cmp -Wno-error)
endif()

# lora_instrument(<source>... [HEADER <file>]): without the precompiled header, which is built with other flags; those
# that cannot do without include <file> as it is. Takes patterns.
function(lora_instrument)
    if(LORA_FUZZ)
        cmake_parse_arguments(INSTRUMENT "" "HEADER" "" ${ARGN})
        set(flags ${LORA_FUZZ_FLAGS})
        if(INSTRUMENT_HEADER)
            list(APPEND flags -include "${CMAKE_SOURCE_DIR}/${INSTRUMENT_HEADER}")
        endif()
        file(GLOB sources CONFIGURE_DEPENDS RELATIVE "${CMAKE_CURRENT_SOURCE_DIR}" ${INSTRUMENT_UNPARSED_ARGUMENTS})
        set_source_files_properties(${sources} PROPERTIES COMPILE_OPTIONS "${flags}" SKIP_PRECOMPILE_HEADERS ON)
    endif()
endfunction()
