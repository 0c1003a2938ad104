#include "core/base/SecretBytes.h"

#include <sodium.h>

#include <cstdlib>
#include <cstring>
#include <utility>

namespace countersign {

namespace {

std::uint8_t* allocate(std::size_t size)
{
    initialiseSodium();
    if (size == 0) {
        return nullptr;
    }
    auto* memory = static_cast<std::uint8_t*>(sodium_malloc(size));
    if (memory == nullptr) {
        std::abort();
    }
    return memory;
}

}  // namespace

void initialiseSodium()
{
    static const bool ready = sodium_init() >= 0;
    if (!ready) {
        std::abort();
    }
}

SecretBytes::SecretBytes(std::size_t size) : m_data(allocate(size)), m_size(size)
{
    if (size > 0) {
        std::memset(m_data, 0, size);
    }
}

SecretBytes::~SecretBytes()
{
    wipe();
}

SecretBytes::SecretBytes(SecretBytes&& other) noexcept
    : m_data(std::exchange(other.m_data, nullptr)), m_size(std::exchange(other.m_size, 0))
{}

SecretBytes& SecretBytes::operator=(SecretBytes&& other) noexcept
{
    if (this != &other) {
        wipe();
        m_data = std::exchange(other.m_data, nullptr);
        m_size = std::exchange(other.m_size, 0);
    }
    return *this;
}

SecretBytes SecretBytes::copyOf(BytesView bytes)
{
    SecretBytes copy(bytes.size());
    if (!bytes.empty()) {
        std::memcpy(copy.m_data, bytes.data(), bytes.size());
    }
    return copy;
}

SecretBytes SecretBytes::copyOf(std::string_view text)
{
    return copyOf(asBytes(text));
}

SecretBytes SecretBytes::random(std::size_t size)
{
    SecretBytes bytes(size);
    if (size > 0) {
        randombytes_buf(bytes.m_data, size);
    }
    return bytes;
}

SecretBytes SecretBytes::clone() const
{
    return copyOf(view());
}

void SecretBytes::truncate(std::size_t size)
{
    if (size >= m_size) {
        return;
    }
    // The allocator keeps the canary behind the old end, so the block itself must be replaced.
    SecretBytes shorter = copyOf(view().first(size));
    *this = std::move(shorter);
}

void SecretBytes::wipe() noexcept
{
    if (m_data != nullptr) {
        sodium_free(m_data);  // overwrites before it releases
    }
    m_data = nullptr;
    m_size = 0;
}

bool SecretBytes::equals(BytesView other) const noexcept
{
    return equalConstantTime(view(), other);
}

bool equalConstantTime(BytesView a, BytesView b) noexcept
{
    return a.size() == b.size() && (a.empty() || sodium_memcmp(a.data(), b.data(), a.size()) == 0);
}

void wipeMemory(void* data, std::size_t size) noexcept
{
    if (data != nullptr && size > 0) {
        sodium_memzero(data, size);
    }
}

void dropTrailingNewline(SecretBytes& secret)
{
    std::size_t size = secret.size();
    if (size > 0 && secret.data()[size - 1] == '\n') {
        --size;
        if (size > 0 && secret.data()[size - 1] == '\r') {
            --size;
        }
        secret.truncate(size);
    }
}

void dropByteOrderMark(SecretBytes& text)
{
    constexpr std::string_view mark = "\xef\xbb\xbf";
    if (text.text().starts_with(mark)) {
        text = SecretBytes::copyOf(text.view().subspan(mark.size()));
    }
}

}  // namespace countersign
