// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/device/sha256.h"

#include "engine/device/descriptor.h"

#include <cerrno>
#include <fcntl.h>
#include <openssl/evp.h>
#include <unistd.h>
#include <vector>

namespace engine::device {

namespace {

constexpr std::size_t kChunkBytes = 1 << 20;

EVP_MD_CTX* contextOf(const auto& pointer)
{
    return static_cast<EVP_MD_CTX*>(pointer.get());
}

// Looked up once: OpenSSL's own look-up costs as much as hashing a row.
const EVP_MD* algorithm()
{
    static const EVP_MD* const found = EVP_MD_fetch(nullptr, "SHA256", nullptr);
    return found;
}

void check(int result)
{
    if (result != 1) {
        throw Failure(code::kInternal, "OpenSSL could not compute SHA-256");
    }
}

} // namespace

void Sha256::Free::operator()(void* context) const
{
    EVP_MD_CTX_free(static_cast<EVP_MD_CTX*>(context));
}

Sha256::Sha256() : m_context(EVP_MD_CTX_new())
{
    restart();
}

void Sha256::restart()
{
    check(m_context && algorithm() != nullptr
          && EVP_DigestInit_ex(contextOf(m_context), algorithm(), nullptr) == 1);
}

void Sha256::update(std::string_view bytes)
{
    update(bytes.data(), bytes.size());
}

void Sha256::update(const void* data, std::size_t size)
{
    check(EVP_DigestUpdate(contextOf(m_context), data, size));
}

Sha256::Digest Sha256::digest()
{
    Digest digest = {};
    check(EVP_DigestFinal_ex(contextOf(m_context), digest.data(), nullptr));
    return digest;
}

std::string Sha256::hex()
{
    return hexOf(digest());
}

Sha256::Digest sha256(std::string_view bytes)
{
    thread_local Sha256 hash;
    hash.restart();
    hash.update(bytes);
    return hash.digest();
}

std::string hexOf(const Sha256::Digest& digest)
{
    static constexpr char kDigits[] = "0123456789abcdef";
    std::string text(2 * digest.size(), '\0');
    for (std::size_t i = 0; i < digest.size(); ++i) {
        text[2 * i] = kDigits[digest[i] >> 4];
        text[2 * i + 1] = kDigits[digest[i] & 15];
    }
    return text;
}

std::string sha256Hex(std::string_view bytes)
{
    return hexOf(sha256(bytes));
}

std::string sha256File(const std::filesystem::path& path)
{
    const Descriptor file(path, O_RDONLY | O_NONBLOCK, Access::Read);
    file.regularSize(path);
    Sha256 hash;
    std::vector<char> chunk(kChunkBytes);
    while (true) {
        const ssize_t count = ::read(file.get(), chunk.data(), chunk.size());
        if (count == 0) {
            return hash.hex();
        }
        if (count > 0) {
            hash.update(chunk.data(), static_cast<std::size_t>(count));
        } else if (errno != EINTR) {
            throw systemFailure(errno, path, Access::Read);
        }
    }
}

} // namespace engine::device
