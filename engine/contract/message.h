// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// One line of the conversation between engine and studio (contract section 3): a kind, a number, a
// time, and the rest. What the kinds are and carry is in event.h and command.h.
#pragma once

#include "engine/contract/schema.h"
#include "engine/contract/value.h"

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

namespace engine::contract {

inline constexpr int64_t kProtocolVersion = 1;
inline constexpr std::size_t kMaximumLineBytes = std::size_t{1} << 20; // with the line feed

// The engine says events, the studio commands: the key that carries the kind is "event" or
// "command".
enum class Speaker { Engine, Studio };

struct Message
{
    std::string kind;
    int64_t seq = 0;       // rises by one from line to line of a speaker
    std::string time = {}; // UTC with milliseconds
    Value body = Value::Object();
};

// A message of the kind that T describes; the caller adds seq and time when it is sent.
template <typename T>
Message makeMessage(const T& content)
{
    return {std::string(T::kKind), 0, {}, T::schema().toValue(content)};
}

// What a message of kind T::kKind carries. Keys a newer program added are ignored.
template <typename T>
Result<T> readMessage(const Message& message)
{
    return T::schema().parse(message.body, message.kind);
}

// The JSON line, line feed included. kInternal when it would exceed kMaximumLineBytes: larger
// things are files.
Result<std::string> toLine(Speaker speaker, const Message& message);

// A line (with or without its line feed) → message. Any kind is accepted: who does not know it logs
// and ignores it. kBadFile when it is too long, is no JSON object or has no kind.
Result<Message> parseLine(Speaker speaker, std::string_view line);

// "2026-03-01T14:22:08.123Z"
std::string utcTime(std::chrono::system_clock::time_point time);

} // namespace engine::contract
