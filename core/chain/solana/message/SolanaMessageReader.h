#pragma once

#include "core/base/Bytes.h"
#include "core/base/Result.h"
#include "core/chain/solana/message/SolanaMessage.h"

#include <array>
#include <cstdint>
#include <optional>
#include <vector>

// What the readers of the message versions share; nobody else includes this.

namespace countersign::solana {

inline constexpr std::size_t messageKeyBytes = 32;
inline constexpr std::uint8_t messageVersionMark = 0x80;

/// InvalidInput: no complete and well-formed transaction. The detail is for logs, untranslated.
tl::unexpected<Error> malformedMessage(const char* detail);

/// Takes a message apart from the front; the first thing amiss stops it, and everything after gives nothing.
class SolanaMessageReader
{
public:
    explicit SolanaMessageReader(BytesView rest) : m_rest(rest) {}

    bool failed() const { return m_error.has_value(); }
    const Error& error() const { return *m_error; }
    bool atEnd() const { return m_rest.empty(); }
    std::size_t remaining() const { return m_rest.size(); }

    std::uint8_t byte();
    std::uint16_t u16();  ///< little-endian, like every integer here
    std::uint32_t u32();
    std::uint64_t u64();
    std::array<std::uint8_t, messageKeyBytes> key();
    Bytes bytes(std::size_t count);
    /// A compact-u16 (core/chain/solana/message/CompactU16.h).
    std::size_t length();
    /// A length and as many bytes.
    Bytes listedBytes() { return bytes(length()); }

    /// A length and as many elements, each of at least one byte: a length alone reserves no memory.
    template <typename T, typename Read>
    std::vector<T> list(Read read)
    {
        return list<T>(length(), read);
    }

    template <typename T, typename Read>
    std::vector<T> list(std::size_t count, Read read)
    {
        std::vector<T> elements;
        for (std::size_t left = count; left > 0 && !failed(); --left) {
            elements.push_back(read());
        }
        return elements;
    }

private:
    BytesView take(std::size_t count);
    std::uint64_t integer(std::size_t count);

    BytesView m_rest;
    std::optional<Error> m_error;
};

}  // namespace countersign::solana
