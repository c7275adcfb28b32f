// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/worker/prepared_source.h"

#include "engine/data/source.h"
#include "engine/device/cache_room.h"
#include "engine/device/failure.h"
#include "engine/device/file_identity.h"
#include "engine/device/signals.h"
#include "engine/worker/prepared_note.h"
#include "engine/worker/token_cache.h"

#include <ATen/Parallel.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <exception>
#include <filesystem>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace engine::worker {

namespace fs = std::filesystem;
using objectives::TokenStoreWriter;
using Clock = std::chrono::steady_clock;

namespace {

// Rows that are rendered together.
constexpr std::size_t kBatchRows = 2048;
constexpr std::size_t kBatchBytes = std::size_t{16} << 20;

double secondsSince(Clock::time_point start)
{
    return std::chrono::duration<double>(Clock::now() - start).count();
}

std::size_t textBytes(const data::Record& record)
{
    std::size_t bytes = record.text.size();
    for (const contract::Turn& turn : record.conversation.turns) {
        bytes += turn.content.size() + turn.input.size();
    }
    return bytes;
}

// Rows in, samples out, in order.
class RowStream
{
public:
    RowStream(TokenStoreWriter& writer, const Preparation& how) : m_writer(writer), m_how(how) {}

    void add(const data::Record& record)
    {
        m_isOneDocument = m_rows == 0 && isDocument(record);
        ++m_rows;
        m_bytes += textBytes(record);
        m_batch.push_back(record);
        if (m_batch.size() == kBatchRows || m_bytes >= kBatchBytes) {
            flush();
        }
    }

    void flush()
    {
        device::throwIfStopped();
        std::vector<Row> rows(m_batch.size());
        std::atomic<std::size_t> next = 0;
        at::parallel_for(0, at::get_num_threads(), 1, [&](int64_t, int64_t) {
            for (std::size_t i = next++; i < rows.size(); i = next++) {
                render(m_batch[i], rows[i]);
            }
        });
        for (std::size_t i = 0; i < rows.size(); ++i) {
            keep(m_batch[i], rows[i]);
        }
        m_batch.clear();
        m_bytes = 0;
    }

    SampleTally takeTally() { return std::move(m_tally); }
    bool isOneDocument() const { return m_isOneDocument; }

private:
    struct Row
    {
        text::Rendered rendered;
        std::vector<SampleFacts> facts; // of its samples
        std::exception_ptr failure;
    };

    void render(const data::Record& record, Row& row) const
    {
        try {
            row.rendered = m_how.objective.render(record, m_how.renderer);
            for (const text::TokenSample& sample : row.rendered.samples) {
                row.facts.push_back(factsOf(sample, m_how.tokenizer));
            }
        } catch (...) {
            row.failure = std::current_exception(); // the first in order is told
        }
    }

    void keep(const data::Record& record, const Row& row)
    {
        if (row.failure) {
            std::rethrow_exception(row.failure);
        }
        m_tally.addRow(row.rendered.tokens);
        if (row.rendered.samples.empty()) {
            m_tally.addDropped(objectives::nothingToTrain(record, row.rendered));
        }
        for (std::size_t i = 0; i < row.facts.size(); ++i) {
            const text::TokenSample& sample = row.rendered.samples[i];
            for (const std::string& finding : sample.findings) {
                m_tally.addFinding(finding);
            }
            m_tally.add(row.facts[i]);
            m_writer.add(sample);
        }
    }

    TokenStoreWriter& m_writer;
    const Preparation& m_how;
    std::vector<data::Record> m_batch;
    std::size_t m_bytes = 0; // of its texts
    int64_t m_rows = 0;
    bool m_isOneDocument = false;
    SampleTally m_tally;
};

// Reads the source once.
class SourceReader
{
public:
    SourceReader(const std::string& path,
                 const data::LoadSettings& settings,
                 const Preparation& how,
                 const data::Source& source)
        : m_path(path), m_settings(settings), m_how(how), m_source(source)
    {
    }

    PreparedSource intoMemory(std::string note) const
    {
        TokenStoreWriter writer;
        PreparedSource made = streamed(writer);
        made.samples = writer.finish();
        made.note = std::move(note);
        return made;
    }

    // Nothing when the data are others than those that the name stands for. Throws Failure with
    // `where` = the file or its folder when it cannot be written.
    std::optional<PreparedSource> into(const fs::path& file, const std::string& content) const
    {
        TokenStoreWriter writer(file);
        PreparedSource made = streamed(writer);
        if (made.dataset.sha256 != content) {
            return std::nullopt;
        }
        made.samples = keepTokens(writer, preparedNote(made, m_source, m_settings.edits.get()));
        return made;
    }

private:
    PreparedSource streamed(TokenStoreWriter& writer) const
    {
        const Clock::time_point start = Clock::now();
        RowStream stream(writer, m_how);
        data::LoadSettings settings = m_settings;
        settings.mostKept = 0;
        settings.keepMembers = false;
        settings.eachRecord = [&stream](const data::Record& record) { stream.add(record); };
        PreparedSource made;
        made.dataset = data::loadDataset(m_path, settings);
        stream.flush();
        made.isOneDocument = stream.isOneDocument();
        made.tally = stream.takeTally();
        made.seconds = secondsSince(start);
        return made;
    }

    const std::string& m_path;
    const data::LoadSettings& m_settings;
    const Preparation& m_how;
    const data::Source& m_source;
};

TokenKey
keyOf(const data::Source& source, const data::LoadSettings& settings, const Preparation& how)
{
    std::vector<std::string> hashes;
    for (const std::string& file : source.files.files) {
        hashes.push_back(device::rememberedSha256(file));
    }
    return {data::contentHash(source.files, hashes),
            data::rowsKey(source, settings),
            how.tokenizerKey,
            how.renderer.key(),
            std::string(how.objective.id)};
}

// Where the tokens are kept, and of which content; no file where they are not.
std::pair<fs::path, std::string>
placeOf(const data::Source& source, const data::LoadSettings& settings, const Preparation& how)
{
    if (data::bytesOf(source.files) < how.worthKeeping) {
        return {};
    }
    try {
        if (tokenizerKey(how.modelFolder) != how.tokenizerKey) {
            return {}; // which of the two was loaded cannot be told
        }
        const TokenKey key = keyOf(source, settings, how);
        return {tokenFile(key), key.content};
    } catch (const Failure&) {
        return {}; // reading the data says what is wrong with a file
    }
}

PreparedSource makeSource(const SourceReader& reader,
                          const fs::path& file,
                          const std::string& content,
                          uint64_t bytes,
                          std::string note)
{
    if (file.empty()) {
        return reader.intoMemory(std::move(note));
    }
    std::error_code ignored;
    fs::create_directories(file.parent_path(), ignored);
    if (!device::makeRoomInCache(bytes)) {
        return reader.intoMemory("the tokens are not kept for the next start: no room at "
                                 + file.parent_path().string());
    }
    try {
        if (auto written = reader.into(file, content)) {
            written->note = std::move(note);
            return std::move(*written);
        }
        note = "the tokens are not kept for the next start: the data changed while they were read";
    } catch (const Failure& failure) {
        const fs::path where = failure.error().where;
        if (where != file.parent_path() && where.parent_path() != file.parent_path()) {
            throw; // about the data
        }
        note = "the tokens are not kept for the next start: " + failure.error().message;
    }
    return reader.intoMemory(std::move(note));
}

} // namespace

PreparedSource
prepareSource(const std::string& path, const data::LoadSettings& settings, const Preparation& how)
{
    const Clock::time_point start = Clock::now();
    const data::Source source = data::sourceOf(path);
    const auto [file, content] = placeOf(source, settings, how);
    KeptTokens kept;
    if (!file.empty()) {
        kept = findTokens(file);
    }
    PreparedSource prepared;
    if (kept.store) {
        if (auto found = fromPreparedNote(kept.store, source, path, settings.edits.get())) {
            prepared = std::move(*found);
        } else {
            kept.note = "what stands beside the tokens of an earlier start is damaged; they were "
                        "made again";
        }
    }
    if (!prepared.isCached) {
        const SourceReader reader(path, settings, how, source);
        prepared =
            makeSource(reader, file, content, data::bytesOf(source.files), std::move(kept.note));
    }
    prepared.seconds = secondsSince(start);
    prepared.savedSeconds = std::max(0.0, prepared.savedSeconds - prepared.seconds);
    return prepared;
}

} // namespace engine::worker
