// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/objectives/token_store.h"

#include "engine/device/cache_room.h"
#include "engine/device/failure.h"
#include "engine/device/files.h"
#include "engine/objectives/token_batch.h"

#include <algorithm>
#include <bit>
#include <cstring>

namespace engine::objectives {

namespace fs = std::filesystem;

namespace {

static_assert(std::endian::native == std::endian::little, "the file is read as it lies on disk");

constexpr std::string_view kMagic = "LSTOKENS";
constexpr uint32_t kTarget = uint32_t{1} << 31;
constexpr uint64_t kWriteBytes = uint64_t{4} << 20;
constexpr uint64_t kSyncBytes = uint64_t{64} << 20;
// What the kernel maps beside a page that is touched.
constexpr uint64_t kNeighbourhood = uint64_t{64} << 10;

struct Head
{
    std::array<char, 8> magic;
    uint32_t version;
    uint32_t reserved;
};
static_assert(sizeof(Head) == 16);

// The end of the file.
struct Foot
{
    uint64_t tokens;
    uint64_t samples;
    uint64_t noteBytes;
    device::Sha256::Digest sha256; // of the head, the counts above and all between tokens and foot
    std::array<char, 8> magic;
};
static_assert(sizeof(Foot) == 64);

constexpr uint64_t padded(uint64_t bytes)
{
    return (bytes + 7) / 8 * 8;
}

template <typename T>
std::string_view bytesOf(const T* data, std::size_t count)
{
    return {reinterpret_cast<const char*>(data), count * sizeof(T)};
}

template <typename T>
std::string_view bytesOf(const std::vector<T>& values)
{
    return bytesOf(values.data(), values.size());
}

Head makeHead()
{
    Head head{{}, TokenStore::kFormatVersion, 0};
    std::copy(kMagic.begin(), kMagic.end(), head.magic.begin());
    return head;
}

// `table`: ends, counts of trained tokens, note.
device::Sha256::Digest checksum(const Head& head, const Foot& foot, std::string_view table)
{
    device::Sha256 hash;
    hash.update(bytesOf(&head, 1));
    for (const uint64_t count : {foot.tokens, foot.samples, foot.noteBytes}) {
        hash.update(&count, sizeof count);
    }
    hash.update(table);
    return hash.digest();
}

[[noreturn]] void refuse(const fs::path& file, const std::string& reason)
{
    throw Failure(code::kBadFile, file.string() + ": " + reason, "Remove it", file.string());
}

template <typename T>
T read(std::string_view bytes)
{
    T value;
    std::memcpy(&value, bytes.data(), sizeof value);
    return value;
}

template <typename T>
std::span<const T> spanOf(std::string_view bytes)
{
    return {reinterpret_cast<const T*>(bytes.data()), bytes.size() / sizeof(T)};
}

} // namespace

std::shared_ptr<const TokenStore> TokenStore::open(const fs::path& path)
{
    const std::shared_ptr<TokenStore> store(new TokenStore);
    store->m_file = tensors::MappedFile::open(path);
    store->readFrom(*store->m_file);
    return store;
}

void TokenStore::readFrom(const tensors::MappedFile& file)
{
    const uint64_t size = file.size();
    if (size < sizeof(Head) + sizeof(Foot)) {
        refuse(file.path(), "too short for a token file");
    }
    const Head head = read<Head>(file.view(0, sizeof(Head)));
    const Foot foot = read<Foot>(file.view(size - sizeof(Foot), size));
    if (std::string_view(head.magic.data(), head.magic.size()) != kMagic
        || foot.magic != head.magic) {
        refuse(file.path(), "no token file, or cut");
    }
    if (head.version != kFormatVersion || head.reserved != 0) {
        refuse(file.path(), "version " + std::to_string(head.version) + " of the form");
    }
    // Counts that do not fit into the file could not be added up.
    if (foot.tokens > size / 4 || foot.samples > size / 12 || foot.noteBytes > size) {
        refuse(file.path(), "its counts do not fit its size");
    }
    const uint64_t ends = padded(sizeof(Head) + 4 * foot.tokens);
    const uint64_t trained = ends + 8 * foot.samples;
    const uint64_t note = trained + 4 * foot.samples;
    if (note + foot.noteBytes + sizeof(Foot) != size) {
        refuse(file.path(), "its counts do not fit its size");
    }
    if (checksum(head, foot, file.view(ends, size - sizeof(Foot))) != foot.sha256) {
        refuse(file.path(), "its checksum is another");
    }
    m_tokens = spanOf<uint32_t>(file.view(sizeof(Head), sizeof(Head) + 4 * foot.tokens));
    m_ends = spanOf<uint64_t>(file.view(ends, trained));
    m_trained = spanOf<uint32_t>(file.view(trained, note));
    m_note = file.view(note, note + foot.noteBytes);
    const bool isAscending = std::is_sorted(m_ends.begin(), m_ends.end());
    if (!isAscending || (m_ends.empty() ? 0 : m_ends.back()) != foot.tokens) {
        refuse(file.path(), "its samples are not in order");
    }
}

int64_t TokenStore::length(int64_t sample) const
{
    const auto at = static_cast<std::size_t>(sample);
    return static_cast<int64_t>(m_ends[at] - begin(at));
}

int64_t TokenStore::trainedTokens(int64_t sample) const
{
    return m_trained[static_cast<std::size_t>(sample)];
}

text::TokenSample TokenStore::sample(int64_t sample) const
{
    const auto at = static_cast<std::size_t>(sample);
    const auto tokens = m_tokens.subspan(begin(at), m_ends[at] - begin(at));
    text::TokenSample made;
    made.ids.reserve(tokens.size());
    made.mask.reserve(tokens.size());
    for (const uint32_t token : tokens) {
        made.ids.push_back(token & ~kTarget);
        made.mask.push_back(token >= kTarget ? 1 : 0);
    }
    if (m_file) {
        const uint64_t first = sizeof(Head) + 4 * begin(at);
        const uint64_t past = sizeof(Head) + 4 * m_ends[at];
        m_file->doneWith(first / kNeighbourhood * kNeighbourhood,
                         std::min((past / kNeighbourhood + 1) * kNeighbourhood,
                                  sizeof(Head) + 4 * m_tokens.size()));
    }
    return made;
}

TokenStoreWriter::TokenStoreWriter(const fs::path& file) : m_path(file), m_file(std::in_place, file)
{
    const Head head = makeHead();
    write(bytesOf(&head, 1));
}

void TokenStoreWriter::add(const text::TokenSample& sample)
{
    const std::size_t first = m_tokens.size();
    for (std::size_t i = 0; i < sample.ids.size(); ++i) {
        if (sample.ids[i] < 0 || sample.ids[i] >= kTarget) {
            throw Failure(code::kBadTokenizer,
                          "token " + std::to_string(sample.ids[i]) + " is beyond 31 bits",
                          "Take the tokenizer of this model");
        }
        m_tokens.push_back(static_cast<uint32_t>(sample.ids[i])
                           | (sample.mask[i] != 0 ? kTarget : 0));
    }
    m_count += sample.ids.size();
    m_ends.push_back(m_count);
    m_trained.push_back(static_cast<uint32_t>(objectives::trainedTokens(sample)));
    if (m_file) {
        write(bytesOf(m_tokens.data() + first, m_tokens.size() - first));
        m_tokens.resize(first);
    }
}

std::shared_ptr<const TokenStore> TokenStoreWriter::finish(std::string_view note)
{
    if (m_file) {
        return finishFile(note);
    }
    const std::shared_ptr<TokenStore> store(new TokenStore);
    m_tokens.shrink_to_fit();
    store->m_ownTokens = std::move(m_tokens);
    store->m_ownEnds = std::move(m_ends);
    store->m_ownTrained = std::move(m_trained);
    store->m_tokens = store->m_ownTokens;
    store->m_ends = store->m_ownEnds;
    store->m_trained = store->m_ownTrained;
    store->m_note = note;
    return store;
}

std::shared_ptr<const TokenStore> TokenStoreWriter::finishFile(std::string_view note)
{
    std::string table;
    table.reserve(12 * m_ends.size() + note.size());
    table += bytesOf(m_ends);
    table += bytesOf(m_trained);
    table += note;
    const Head head = makeHead();
    Foot foot{m_count, m_ends.size(), note.size(), {}, head.magic};
    foot.sha256 = checksum(head, foot, table);
    const uint64_t tokensEnd = sizeof(Head) + 4 * m_count;
    write(std::string(padded(tokensEnd) - tokensEnd, '\0'));
    write(table);
    write(bytesOf(&foot, 1));
    flush();
    m_file->commit();
    m_sha256 = m_hash.hex();
    return TokenStore::open(m_path);
}

void TokenStoreWriter::write(std::string_view bytes)
{
    m_pending += bytes;
    if (m_pending.size() >= kWriteBytes) {
        device::requireFreeSpace(m_path, device::kCacheReserve, "the token cache");
        flush();
    }
}

void TokenStoreWriter::flush()
{
    m_hash.update(m_pending);
    m_file->write(m_pending);
    m_unsynced += m_pending.size();
    m_pending.clear();
    if (m_unsynced >= kSyncBytes) {
        m_file->beginSync();
        m_unsynced = 0;
    }
}

} // namespace engine::objectives
