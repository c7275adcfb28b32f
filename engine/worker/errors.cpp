// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/worker/errors.h"

#include <c10/util/Exception.h>

#include <algorithm>
#include <cstdio>
#include <new>

namespace engine::worker {

Error currentError()
{
    try {
        throw;
    } catch (const Failure& failure) {
        return failure.error();
    } catch (const std::bad_alloc&) {
        return {std::string(code::kOutOfMemory),
                "not enough memory",
                "Lower training.batch_size or data.max_length, or close other programs",
                ""};
    } catch (const c10::Error& error) {
        return {
            std::string(code::kInternal), error.what_without_backtrace(), "Please report this", ""};
    } catch (const std::exception& error) {
        return {std::string(code::kInternal), error.what(), "Please report this", ""};
    }
}

void printError(const Error& error)
{
    std::string line = "error: " + error.code + ": " + error.message;
    line += error.where.empty() ? "" : " (" + error.where + ")";
    line += error.hint.empty() ? "" : ". " + error.hint;
    std::replace(line.begin(), line.end(), '\n', ' ');
    std::fprintf(stderr, "%s\n", line.c_str());
}

} // namespace engine::worker
