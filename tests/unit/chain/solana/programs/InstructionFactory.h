#pragma once

#include "core/chain/solana/programs/ProgramDecoder.h"
#include "tests/unit/chain/solana/message/MessageFactory.h"

#include <algorithm>

// Instructions for the tests of decoders, laid out a second time and by hand.

namespace countersign::test {

/// Little-endian, as bincode and Borsh write.
class Data
{
public:
    Data& u8(unsigned value) { return number(value, 1); }
    Data& u16(unsigned value) { return number(value, 2); }
    Data& u32(std::uint64_t value) { return number(value, 4); }
    Data& u64(std::uint64_t value) { return number(value, 8); }
    /// 32 equal bytes.
    Data& address(std::uint8_t value) { return add(Bytes(32, value)); }
    /// u64 length and text.
    Data& bincodeText(std::string_view text) { return u64(text.size()).add(toBytes(asBytes(text))); }
    /// u32 length and text.
    Data& borshText(std::string_view text) { return u32(text.size()).add(toBytes(asBytes(text))); }
    Data& add(const Bytes& bytes)
    {
        m_bytes.insert(m_bytes.end(), bytes.begin(), bytes.end());
        return *this;
    }

    operator const Bytes&() const { return m_bytes; }  // NOLINT(google-explicit-constructor)
    const Bytes& bytes() const { return m_bytes; }

private:
    Data& number(std::uint64_t value, unsigned length)
    {
        for (unsigned i = 0; i < length; ++i) {
            m_bytes.push_back(static_cast<std::uint8_t>(value >> (8 * i)));
        }
        return *this;
    }

    Bytes m_bytes;
};

/// Accounts 1, 2, 3 …, which write and do not sign.
inline std::vector<solana::InstructionAccount> accounts(std::size_t count)
{
    std::vector<solana::InstructionAccount> accounts;
    for (std::size_t i = 0; i < count; ++i) {
        accounts.push_back({i, addressNumber(static_cast<std::uint8_t>(i + 1)), false, true, {}});
    }
    return accounts;
}

inline solana::DecodedInstruction decodeFor(std::string_view program, const Bytes& data,
                                            std::vector<solana::InstructionAccount> given)
{
    return solana::decodeInstruction(*parseSolanaAddress(program), std::move(given), data);
}

/// Name, roles ("-" for none) and fields on one line: "transfer(from to) {"lamports":"5"}"; the error of one
/// that was not read.
inline std::string summary(const solana::DecodedInstruction& instruction)
{
    if (!instruction.isRead()) {
        return "unread: " + instruction.error;
    }
    std::string roles;
    for (const solana::InstructionAccount& account : instruction.accounts) {
        roles += (roles.empty() ? "" : " ") + (account.role.empty() ? "-" : account.role);
    }
    return instruction.name + '(' + roles + ") " + dumpJson(solana::toJson(instruction)["fields"]);
}

/// Base58 of 32 equal bytes, for expected fields.
inline std::string base58Of(std::uint8_t number)
{
    return toText(addressNumber(number));
}

inline const std::string eight = base58Of(8);
inline const std::string nine = base58Of(9);

/// Whether every cut of this data, the data with a byte behind it, and fewer accounts than required are left
/// unread.
inline bool isReadOnlyWhole(std::string_view program, const Bytes& data,
                            const std::vector<solana::InstructionAccount>& given, std::size_t required)
{
    for (std::size_t length = 0; length < data.size(); ++length) {
        if (decodeFor(program, {data.begin(), data.begin() + static_cast<std::ptrdiff_t>(length)}, given)
                .isRead()) {
            return false;
        }
    }
    Bytes longer = data;
    longer.push_back(0);
    if (decodeFor(program, longer, given).isRead() || !decodeFor(program, data, given).isRead()) {
        return false;
    }
    for (std::size_t count = 0; count < required; ++count) {
        if (decodeFor(program, data, {given.begin(), given.begin() + static_cast<std::ptrdiff_t>(count)})
                .isRead()) {
            return false;
        }
    }
    return true;
}

}  // namespace countersign::test
