// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/bridge/gzip.h"

#include "engine/bridge/rust_side.h"

namespace engine::bridge {

struct GzipDecoder::Rust
{
    rust::Box<rust_side::GzipDecoder> decoder;
};

namespace {

constexpr const char* kHint = "The compressed file is damaged or cut off; download it again";

void append(const rust::Vec<uint8_t>& bytes, std::string& unpacked)
{
    unpacked.append(reinterpret_cast<const char*>(bytes.data()), bytes.size());
}

} // namespace

GzipDecoder::GzipDecoder(std::string fileName)
    : m_rust(std::make_unique<Rust>(Rust{rust_side::new_gzip_decoder()})),
      m_fileName(std::move(fileName))
{
}

GzipDecoder::GzipDecoder(GzipDecoder&&) noexcept = default;
GzipDecoder& GzipDecoder::operator=(GzipDecoder&&) noexcept = default;
GzipDecoder::~GzipDecoder() = default;

void GzipDecoder::feed(std::string_view input, std::string& unpacked)
{
    orFailure(code::kBadFile, kHint, m_fileName, [&] {
        append(m_rust->decoder->feed(bytesOf(input)), unpacked);
    });
}

void GzipDecoder::finish(std::string& unpacked)
{
    orFailure(
        code::kBadFile, kHint, m_fileName, [&] { append(m_rust->decoder->finish(), unpacked); });
}

} // namespace engine::bridge
