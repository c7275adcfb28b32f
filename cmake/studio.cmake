# SPDX-FileCopyrightText: LoRA Studio authors
# SPDX-License-Identifier: Apache-2.0
# The studio's libraries: one per folder of app/ and ui/, as in docs/architecture.md section 2.

# What style.md asks of app and ui; qcustomplot.h compiles under neither QT_NO_FOREACH nor QT_NO_KEYWORDS.
set(STUDIO_DEFINITIONS QT_NO_CAST_FROM_ASCII QT_NO_CAST_TO_ASCII QT_NO_CONTEXTLESS_CONNECT
    QT_NO_NARROWING_CONVERSIONS_IN_CONNECT QT_USE_QSTRINGBUILDER)

# studio_pch(<target> <header> <libraries>...): a precompiled header that the layers beside it share.
function(studio_pch target header)
    precompiled_header(${target} ${header} ${ARGN})
    target_compile_definitions(${target} PUBLIC ${STUDIO_DEFINITIONS})
endfunction()

# studio_layer(<folder> PCH <pch target> LINKS <libraries>... [RESOURCES <qrc>...]): the library <part>_<folder>
# (app_library, ui_pages_home) from the sources of one folder of app/ or ui/.
function(studio_layer folder)
    cmake_parse_arguments(LAYER "" "PCH" "LINKS;RESOURCES" ${ARGN})
    file(GLOB sources CONFIGURE_DEPENDS "${folder}/*.cpp" "${folder}/*.h")
    if(NOT sources)
        return()
    endif()
    file(RELATIVE_PATH target "${CMAKE_SOURCE_DIR}" "${CMAKE_CURRENT_SOURCE_DIR}/${folder}")
    string(REPLACE "/" "_" target "${target}")
    add_library(${target} STATIC ${sources} ${LAYER_RESOURCES})
    # A layer compiles without waiting for the libraries it will be linked with.
    set_target_properties(${target} PROPERTIES AUTOMOC ON AUTORCC ON AUTOGEN_ORIGIN_DEPENDS OFF
        OPTIMIZE_DEPENDENCIES ON)
    target_include_directories(${target} PUBLIC "${CMAKE_SOURCE_DIR}")
    target_compile_definitions(${target} PRIVATE ${STUDIO_DEFINITIONS})
    target_link_libraries(${target} PUBLIC ${LAYER_LINKS})
    if(LAYER_PCH)
        target_precompile_headers(${target} REUSE_FROM ${LAYER_PCH})
    endif()
endfunction()
