// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/contract/message.h"

#include "engine/contract/error_codes.h"

#include <array>
#include <cstdio>
#include <ctime>

namespace engine::contract {

namespace {

std::string_view kindKey(Speaker speaker)
{
    return speaker == Speaker::Engine ? "event" : "command";
}

Error badLine(std::string message)
{
    return Error{std::string(code::kBadFile), std::move(message), "", ""};
}

} // namespace

Result<std::string> toLine(Speaker speaker, const Message& message)
{
    Value::Object line = {{std::string(kindKey(speaker)), message.kind},
                          {"seq", message.seq},
                          {"time", message.time}};
    line.insert(line.end(), message.body.toObject().begin(), message.body.toObject().end());
    std::string text = toJson(Value(std::move(line))) + "\n";
    if (text.size() > kMaximumLineBytes) {
        return Error{std::string(code::kInternal),
                     message.kind + ": a line of " + std::to_string(text.size())
                         + " bytes, and at most " + std::to_string(kMaximumLineBytes)
                         + " are allowed",
                     "Write it to a file and name the file",
                     message.kind};
    }
    return text;
}

Result<Message> parseLine(Speaker speaker, std::string_view line)
{
    if (line.size() > kMaximumLineBytes) {
        return badLine("a line of " + std::to_string(line.size()) + " bytes, and at most "
                       + std::to_string(kMaximumLineBytes) + " are allowed");
    }
    Result<Value> parsed = parseJson(line);
    if (!parsed) {
        return parsed.error();
    }
    const Value& object = parsed.value();
    const std::string_view key = kindKey(speaker);
    if (!object[key].isString()) {
        return badLine("a line without \"" + std::string(key) + "\"");
    }
    Message message{object[key].toString(), object["seq"].toInteger(), object["time"].toString()};
    Value::Object body;
    for (const auto& member : object.toObject()) {
        if (member.first != key && member.first != "seq" && member.first != "time") {
            body.push_back(member);
        }
    }
    message.body = Value(std::move(body));
    return message;
}

std::string utcTime(std::chrono::system_clock::time_point time)
{
    const auto milliseconds = std::chrono::floor<std::chrono::milliseconds>(time);
    const auto whole = std::chrono::floor<std::chrono::seconds>(milliseconds);
    const std::time_t seconds = std::chrono::system_clock::to_time_t(whole);
    std::tm parts = {};
    gmtime_r(&seconds, &parts);
    std::array<char, 64> text = {};
    const std::size_t length = std::strftime(text.data(), text.size(), "%Y-%m-%dT%H:%M:%S", &parts);
    std::snprintf(text.data() + length,
                  text.size() - length,
                  ".%03dZ",
                  static_cast<int>((milliseconds - whole).count()));
    return text.data();
}

} // namespace engine::contract
