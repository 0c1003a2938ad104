#pragma once

#include "core/base/encoding/Hex.h"
#include "core/chain/solana/programs/ProgramDecoder.h"
#include "tests/unit/chain/solana/message/MessageFactory.h"

#include <initializer_list>

// Instructions of the token programs for tests: bytes in, one line of text out.

namespace countersign::test {

/// So many accounts with the addresses 1, 2, …; the last signers of them sign.
inline std::vector<solana::InstructionAccount> accountsOf(std::size_t count, std::size_t signers = 0)
{
    std::vector<solana::InstructionAccount> accounts(count);
    for (std::size_t i = 0; i < count; ++i) {
        accounts[i].index = i;
        accounts[i].address = addressNumber(static_cast<std::uint8_t>(i + 1));
        accounts[i].signs = i + signers >= count;
    }
    return accounts;
}

inline Bytes joined(std::initializer_list<Bytes> parts)
{
    Bytes all;
    for (const Bytes& part : parts) {
        all.insert(all.end(), part.begin(), part.end());
    }
    return all;
}

/// Little-endian, so many bytes.
inline Bytes number(std::uint64_t value, std::size_t bytes)
{
    Bytes result;
    for (std::size_t i = 0; i < bytes; ++i) {
        result.push_back(static_cast<std::uint8_t>(value >> (8 * i)));
    }
    return result;
}

inline Bytes key(std::uint8_t number)
{
    const SolanaAddress address = addressNumber(number);
    return {address.begin(), address.end()};
}

/// "key 7" for addressNumber(7); bytes as hex.
inline std::string textOf(const solana::FieldValue& value)
{
    struct Writer
    {
        std::string operator()(bool truth) const { return truth ? "true" : "false"; }
        std::string operator()(std::uint64_t integer) const { return std::to_string(integer); }
        std::string operator()(std::int64_t integer) const { return std::to_string(integer); }
        std::string operator()(const std::string& text) const { return text; }
        std::string operator()(const SolanaAddress& address) const
        {
            return address == addressNumber(address[0]) ? "key " + std::to_string(address[0])
                                                        : toText(address);
        }
        std::string operator()(const Bytes& bytes) const { return toHex(bytes); }
    };
    return std::visit(Writer{}, value);
}

/// "transfer(amount: 5) source destination owner -"; "refused" where it was.
inline std::string lineOf(const Result<solana::ReadInstruction>& read)
{
    if (!read) {
        return "refused";
    }
    std::string line = read->name + "(";
    for (const solana::InstructionField& field : read->fields) {
        line += (line.ends_with('(') ? "" : ", ") + field.name + ": " + textOf(field.value);
    }
    line += ")";
    for (const std::string& role : read->roles) {
        line += " " + (role.empty() ? "-" : role);
    }
    return line;
}

inline std::string lineOf(solana::ProgramDecoder decode, const Bytes& data,
                          const std::vector<solana::InstructionAccount>& accounts)
{
    return lineOf(decode({.accounts = accounts, .data = data}));
}

/// What the decoder makes of every shorter data and of one byte more: refused, all of it. Empty when it is.
inline std::string acceptedNearMiss(solana::ProgramDecoder decode, const Bytes& data,
                                    const std::vector<solana::InstructionAccount>& accounts)
{
    for (std::size_t length = 1; length <= data.size() + 1; ++length) {
        Bytes other = data;
        other.resize(length);
        if (length != data.size() && decode({.accounts = accounts, .data = other})) {
            return toHex(other);
        }
    }
    const std::vector<solana::InstructionAccount> fewer(accounts.begin(), accounts.end() - 1);
    return decode({.accounts = fewer, .data = data}) ? "with an account less" : "";
}

}  // namespace countersign::test
