// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// Errors as values: what happened, where, and what to do next. Shared by both programs,
// thread-free.
#pragma once

#include <cassert>
#include <string>
#include <utility>
#include <variant>

namespace engine::contract {

// One failure a person can act on.
//   code     for programs, from error_codes.h
//   message  what happened, in a sentence without a full stop
//   hint     the next step; may be empty
//   where    file, file:line, or the field ("method.rank"); may be empty
struct Error
{
    std::string code;
    std::string message;
    std::string hint;
    std::string where;
};

// Either a value or an Error. `value()` may only be asked for when `ok()`.
template <typename T>
class [[nodiscard]] Result
{
public:
    Result(T value) : m_state(std::in_place_index<0>, std::move(value)) {}
    Result(Error error) : m_state(std::in_place_index<1>, std::move(error)) {}

    bool ok() const { return m_state.index() == 0; }
    explicit operator bool() const { return ok(); }

    const T& value() const&
    {
        assert(ok());
        return std::get<0>(m_state);
    }
    T&& value() &&
    {
        assert(ok());
        return std::get<0>(std::move(m_state));
    }
    const Error& error() const
    {
        assert(!ok());
        return std::get<1>(m_state);
    }

private:
    std::variant<T, Error> m_state;
};

// Success without a value, or an Error.
template <>
class [[nodiscard]] Result<void>
{
public:
    Result() = default;
    Result(Error error) : m_error(std::move(error)), m_ok(false) {}

    bool ok() const { return m_ok; }
    explicit operator bool() const { return m_ok; }
    const Error& error() const
    {
        assert(!m_ok);
        return m_error;
    }

private:
    Error m_error;
    bool m_ok = true;
};

} // namespace engine::contract
