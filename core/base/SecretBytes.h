#pragma once

#include "core/base/Bytes.h"

#include <cstddef>
#include <span>
#include <string_view>

namespace countersign {

/// A buffer for secrets in guarded memory, wiped when released. Shares, keys, passphrases and tokens must not
/// be copied silently, swapped out, left in freed memory or compared byte by byte. Memory comes from
/// libsodium's guarded allocator (own pages, guard pages, mlock where the limit allows, canary). Move-only; a
/// copy has to be asked for by clone(). Running out of memory ends the process: there is nothing sensible to
/// do and an exception could carry the secret along.
class SecretBytes
{
public:
    SecretBytes() noexcept = default;
    /// size zero bytes.
    explicit SecretBytes(std::size_t size);
    ~SecretBytes();
    SecretBytes(SecretBytes&& other) noexcept;
    SecretBytes& operator=(SecretBytes&& other) noexcept;
    SecretBytes(const SecretBytes&) = delete;
    SecretBytes& operator=(const SecretBytes&) = delete;

    /// Copies; the caller still owns, and should wipe, the source.
    static SecretBytes copyOf(BytesView bytes);
    static SecretBytes copyOf(std::string_view text);
    /// size bytes from the system's random generator (libsodium randombytes_buf).
    static SecretBytes random(std::size_t size);

    SecretBytes clone() const;
    /// The first size bytes stay (size must not exceed size()); the rest is wiped.
    void truncate(std::size_t size);
    void wipe() noexcept;

    std::size_t size() const noexcept { return m_size; }
    bool isEmpty() const noexcept { return m_size == 0; }
    std::uint8_t* data() noexcept { return m_data; }
    const std::uint8_t* data() const noexcept { return m_data; }
    std::span<std::uint8_t> span() noexcept { return {m_data, m_size}; }
    BytesView view() const noexcept { return {m_data, m_size}; }
    std::string_view text() const noexcept { return asText(view()); }

    /// Constant time for equal lengths; lengths are not secret.
    bool equals(BytesView other) const noexcept;

private:
    std::uint8_t* m_data = nullptr;
    std::size_t m_size = 0;
};

/// Constant time for equal lengths (sodium_memcmp).
bool equalConstantTime(BytesView a, BytesView b) noexcept;

/// Overwrites memory in a way that the compiler does not remove; for buffers that foreign APIs force on us.
void wipeMemory(void* data, std::size_t size) noexcept;

/// Secret files (passphrase, token, webhook secret) often end in one newline that is not part of the secret:
/// exactly one trailing "\n" or "\r\n" is removed (design.md §7).
void dropTrailingNewline(SecretBytes& secret);

/// Some editors begin a text file with a byte-order mark (UTF-8: EF BB BF), which is not part of what it
/// says.
void dropByteOrderMark(SecretBytes& text);

/// Must run before any other use of libsodium; safe to call often and from any thread. Ends the process if
/// libsodium cannot start.
void initialiseSodium();

}  // namespace countersign
