// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/bridge/text_decoder.h"

#include "engine/bridge/rust_side.h"

namespace engine::bridge {

struct TextDecoder::Rust
{
    rust::Box<rust_side::TextDecoder> decoder;
};

TextDecoder::TextDecoder(std::string_view label)
    : m_rust(
        orFailure(code::kBadField, "For example utf-8, utf-16le, cp949, windows-1252", "", [&] {
            return std::make_unique<Rust>(Rust{rust_side::new_text_decoder(bytesOf(label))});
        }))
{
}

TextDecoder::TextDecoder(TextDecoder&&) noexcept = default;
TextDecoder& TextDecoder::operator=(TextDecoder&&) noexcept = default;
TextDecoder::~TextDecoder() = default;

DecodedText TextDecoder::decode(std::string_view input, bool isLast)
{
    return orFailure(code::kBadData, "Save the file as UTF-8", "", [&] {
        const auto decoded = m_rust->decoder->decode(bytesOf(input), isLast);
        return DecodedText{
            std::string(reinterpret_cast<const char*>(decoded.text.data()), decoded.text.size()),
            {decoded.bad.begin(), decoded.bad.end()}};
    });
}

std::string guessEncoding(std::string_view sample)
{
    return std::string(rust_side::guess_encoding(bytesOf(sample)));
}

} // namespace engine::bridge
