// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// Token samples laid end to end, in memory or in a mapped file (docs/formats.md): four bytes a
// token, twelve a sample. Of a file only what is asked for is resident, and only while it is
// copied. Immutable once made, usable from any thread.
#pragma once

#include "engine/device/atomic_file.h"
#include "engine/device/sha256.h"
#include "engine/tensors/mapped_file.h"
#include "engine/text/renderer.h"

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace engine::objectives {

class TokenStore
{
public:
    // Raised when the same samples would be written otherwise.
    static constexpr uint32_t kFormatVersion = 1;

    // Checks everything but the tokens themselves: sizes against the file, the checksum of what
    // stands behind the tokens, the order of the samples. Throws Failure: kBadFile for what is no
    // whole file of this form and version; kNotFound, kUnreadable.
    static std::shared_ptr<const TokenStore> open(const std::filesystem::path& file);

    int64_t size() const { return static_cast<int64_t>(m_ends.size()); } // samples
    int64_t tokens() const { return static_cast<int64_t>(m_tokens.size()); }
    int64_t length(int64_t sample) const; // tokens
    // As objectives::trainedTokens().
    int64_t trainedTokens(int64_t sample) const;
    // Ids and mask; nothing else of a sample is kept.
    text::TokenSample sample(int64_t sample) const;
    // The text that was kept beside the samples.
    const std::string& note() const { return m_note; }
    // Null in memory.
    const std::shared_ptr<const tensors::MappedFile>& file() const { return m_file; }

private:
    friend class TokenStoreWriter;
    TokenStore() = default;
    void readFrom(const tensors::MappedFile& file);
    uint64_t begin(std::size_t sample) const { return sample == 0 ? 0 : m_ends[sample - 1]; }

    std::span<const uint32_t> m_tokens;  // an id; the highest bit says that it is a target
    std::span<const uint64_t> m_ends;    // [samples], of m_tokens
    std::span<const uint32_t> m_trained; // [samples]
    std::string m_note;
    std::shared_ptr<const tensors::MappedFile> m_file; // what holds these, or:
    std::vector<uint32_t> m_ownTokens;
    std::vector<uint64_t> m_ownEnds;
    std::vector<uint32_t> m_ownTrained;
};

class TokenStoreWriter
{
public:
    // Samples stay in memory.
    TokenStoreWriter() = default;
    // Into a file that is there once finish() was called. Throws Failure as device::AtomicFile.
    explicit TokenStoreWriter(const std::filesystem::path& file);

    // Throws Failure: kDiskFull, also when the disk is about to be (device::kCacheReserve);
    // kBadTokenizer for an id beyond 31 bits.
    void add(const text::TokenSample& sample);
    int64_t size() const { return static_cast<int64_t>(m_ends.size()); }
    // With a text for later. Of a file written, synced, renamed and opened. Once.
    std::shared_ptr<const TokenStore> finish(std::string_view note = {});
    // Of the file's bytes; after finish().
    const std::string& sha256() const { return m_sha256; }

private:
    void write(std::string_view bytes);
    void flush();
    std::shared_ptr<const TokenStore> finishFile(std::string_view note);

    std::filesystem::path m_path;
    std::optional<device::AtomicFile> m_file;
    device::Sha256 m_hash;
    std::string m_sha256;
    std::string m_pending; // of the file
    uint64_t m_unsynced = 0;
    uint64_t m_count = 0;           // tokens
    std::vector<uint32_t> m_tokens; // in memory
    std::vector<uint64_t> m_ends;
    std::vector<uint32_t> m_trained;
};

} // namespace engine::objectives
