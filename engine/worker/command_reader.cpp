// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/worker/command_reader.h"

#include <poll.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <fstream>

namespace engine::worker {

namespace {

constexpr int kTickMs = 100;
constexpr auto kAliveEvery = std::chrono::seconds(5);

} // namespace

CommandReader::CommandReader(std::optional<std::filesystem::path> controlFile,
                             bool readsInput,
                             Handlers handlers)
    : m_controlFile(std::move(controlFile)), m_readsInput(readsInput),
      m_handlers(std::move(handlers))
{
    if (m_controlFile) {
        std::error_code error;
        const std::uintmax_t size = std::filesystem::file_size(*m_controlFile, error);
        m_controlOffset = error ? 0 : size;
    }
    m_thread = std::thread([this] { loop(); });
}

CommandReader::~CommandReader()
{
    m_ends = true;
    m_thread.join();
}

void CommandReader::loop()
{
    auto lastAlive = std::chrono::steady_clock::now();
    while (!m_ends) {
        readInput();
        readControlFile();
        const auto now = std::chrono::steady_clock::now();
        if (m_handlers.onAlive && now - lastAlive >= kAliveEvery) {
            lastAlive = now;
            m_handlers.onAlive();
        }
    }
}

// Waits a tick for input, which is also the loop's pace.
void CommandReader::readInput()
{
    pollfd input{m_readsInput ? STDIN_FILENO : -1, POLLIN, 0};
    if (poll(&input, 1, kTickMs) <= 0 || input.revents == 0) {
        return;
    }
    std::array<char, 4096> bytes;
    const ssize_t count = read(STDIN_FILENO, bytes.data(), bytes.size());
    if (count <= 0) {
        m_readsInput = false;
        if (m_handlers.onEndOfInput) {
            m_handlers.onEndOfInput();
        }
        return;
    }
    m_inputBuffer.append(bytes.data(), static_cast<std::size_t>(count));
    takeLines(m_inputBuffer);
}

void CommandReader::readControlFile()
{
    if (!m_controlFile) {
        return;
    }
    std::error_code error;
    const std::uintmax_t size = std::filesystem::file_size(*m_controlFile, error);
    if (error || size <= m_controlOffset) {
        return;
    }
    std::ifstream file(*m_controlFile, std::ios::binary);
    file.seekg(static_cast<std::streamoff>(m_controlOffset));
    std::string added(
        static_cast<std::size_t>(std::min<std::uintmax_t>(size - m_controlOffset, 1 << 20)), '\0');
    file.read(added.data(), static_cast<std::streamsize>(added.size()));
    m_controlOffset += static_cast<std::uintmax_t>(file.gcount());
    m_controlBuffer.append(added, 0, static_cast<std::size_t>(file.gcount()));
    takeLines(m_controlBuffer);
}

// Whole lines only; what is no command is passed over.
void CommandReader::takeLines(std::string& buffer)
{
    for (std::size_t end = buffer.find('\n'); end != std::string::npos; end = buffer.find('\n')) {
        const auto command =
            contract::parseLine(contract::Speaker::Studio, std::string_view(buffer).substr(0, end));
        buffer.erase(0, end + 1);
        if (command) {
            m_handlers.onCommand(command.value());
        }
    }
    if (buffer.size() > contract::kMaximumLineBytes) {
        buffer.clear();
    }
}

} // namespace engine::worker
