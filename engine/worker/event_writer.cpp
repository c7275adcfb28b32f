// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/worker/event_writer.h"

#include "engine/device/failure.h"
#include "engine/device/files.h"

#include <limits>

namespace engine::worker {

namespace fs = std::filesystem;

void EventWriter::openJournal(const contract::RunFolder& run)
{
    const fs::path path = run.journal();
    const std::lock_guard lock(m_mutex);
    const std::string text = fs::exists(path)
                                 ? device::readFile(path, std::numeric_limits<uint64_t>::max())
                                 : std::string();
    const std::size_t whole = text.rfind('\n') == std::string::npos ? 0 : text.rfind('\n') + 1;
    m_log.emplace(run.log(), m_logLevel);
    m_journal.emplace(path);
    m_journal->truncateTo(whole);
    if (whole > 0) {
        const std::size_t before = text.rfind('\n', whole - 2);
        const std::size_t begin = before == std::string::npos || whole < 2 ? 0 : before + 1;
        const auto last = contract::parseLine(contract::Speaker::Engine,
                                              std::string_view(text).substr(begin, whole - begin));
        m_sequence = last ? last.value().seq : 0;
    }
}

void EventWriter::sendKind(std::string_view kind)
{
    sendMessage({std::string(kind)},
                kind == contract::event::kAlive ? Journal::No : Journal::IfPossible);
}

void EventWriter::sendError(const contract::Error& error)
{
    contract::event::Failed failed;
    static_cast<contract::Error&>(failed) = error;
    sendMessage(contract::makeMessage(failed), Journal::IfPossible);
}

void EventWriter::note(const std::string& text)
{
    const std::lock_guard lock(m_mutex);
    if (m_log) {
        m_log->note(text);
    }
}

void EventWriter::sendMessage(contract::Message message, Journal journal)
{
    const std::lock_guard lock(m_mutex);
    message.seq = ++m_sequence;
    message.time = contract::utcTime(std::chrono::system_clock::now());
    const std::string line = valueOrThrow(toLine(contract::Speaker::Engine, message));
    if (m_log) {
        m_log->note(message);
    }
    if (m_stream) {
        m_stream(message, line);
    }
    append(std::string_view(line).substr(0, line.size() - 1), journal);
}

void EventWriter::append(std::string_view line, Journal journal)
{
    if (!m_journal || journal == Journal::No) {
        return;
    }
    try {
        m_journal->appendLine(line);
    } catch (const Failure&) {
        if (journal == Journal::Required) {
            throw;
        }
    }
}

} // namespace engine::worker
