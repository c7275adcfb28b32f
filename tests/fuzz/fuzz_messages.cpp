// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// Lines between the two programs and lines of metrics: read, written, read again.
#include "engine/contract/command.h"
#include "engine/contract/event.h"
#include "engine/contract/metrics_row.h"
#include "tests/fuzz/fuzzed.h"

using namespace engine::contract;

namespace {

template <typename T>
void readsAs(const Message& message)
{
    if (const Result<T> content = readMessage<T>(message); !content) {
        fuzz::requireWords(content.error());
    }
}

} // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const std::string_view line = fuzz::textOf(data, size);
    for (const Speaker speaker : {Speaker::Engine, Speaker::Studio}) {
        const Result<Message> message = parseLine(speaker, line);
        if (!message) {
            fuzz::requireWords(message.error());
            continue;
        }
        readsAs<event::Hello>(message.value());
        readsAs<event::Started>(message.value());
        readsAs<event::Step>(message.value());
        readsAs<event::Progress>(message.value());
        if (const Result<std::string> written = toLine(speaker, message.value())) {
            fuzz::require(parseLine(speaker, written.value()).ok(), "a written line is refused");
        }
    }
    if (const Result<MetricsRow> row = parseMetrics(line); !row) {
        fuzz::requireWords(row.error());
    }
    return 0;
}
