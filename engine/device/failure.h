// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// The engine's exception for anything a person can fix. Caught once, in the worker's main.
#pragma once

#include "engine/contract/error_codes.h"
#include "engine/contract/result.h"

#include <exception>
#include <string>
#include <string_view>
#include <utility>

namespace engine {

using contract::Error;
namespace code = contract::code;

class Failure : public std::exception
{
public:
    explicit Failure(Error error) : m_error(std::move(error)) {}
    Failure(std::string_view errorCode,
            std::string message,
            std::string hint = {},
            std::string where = {})
        : m_error{std::string(errorCode), std::move(message), std::move(hint), std::move(where)}
    {
    }

    const Error& error() const { return m_error; }
    const char* what() const noexcept override { return m_error.message.c_str(); }

private:
    Error m_error;
};

// The value, or the error thrown as a Failure.
template <typename T>
T valueOrThrow(contract::Result<T> result)
{
    if (!result) {
        throw Failure(result.error());
    }
    return std::move(result).value();
}

} // namespace engine
