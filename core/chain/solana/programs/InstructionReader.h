#pragma once

#include "core/base/Bytes.h"
#include "core/base/Result.h"
#include "core/crypto/keys/Address.h"

#include <cstdint>
#include <optional>
#include <string>

namespace countersign::solana {

/// Reads an instruction's data from front to back: little-endian integers, as bincode and Borsh write them. A
/// read beyond the end gives zero and marks the reader; whoever reads asks once, at the end.
class InstructionReader
{
public:
    explicit InstructionReader(BytesView data) : m_data(data) {}

    std::uint8_t u8();
    std::uint16_t u16();
    std::uint32_t u32();
    std::uint64_t u64();
    std::int64_t i64();
    /// One byte, 0 or 1; anything else marks the reader.
    bool boolean();
    SolanaAddress address();
    /// A byte 0 or 1, and 32 bytes behind a 1 (Borsh, and the token program's packing of COption).
    std::optional<SolanaAddress> optionalAddress();
    Bytes bytes(std::size_t count);
    /// Solana's compact length (CompactU16.h).
    std::uint16_t compactU16();
    /// u64 length and text (bincode), u32 length and text (Borsh). Text that is not UTF-8 marks the reader.
    std::string bincodeText();
    std::string borshText();
    Bytes rest();

    /// Marks the reader: what was read last is nothing that the program knows.
    void refuse() { m_fine = false; }

    std::size_t remaining() const { return m_data.size() - m_at; }
    bool isFine() const { return m_fine; }
    /// InvalidInput where something was missing or odd, or bytes are left.
    Status finish() const;

private:
    BytesView take(std::size_t count);

    BytesView m_data;
    std::size_t m_at = 0;
    bool m_fine = true;
};

}  // namespace countersign::solana
