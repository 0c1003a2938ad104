#pragma once

#include "core/base/Bytes.h"
#include "core/base/Result.h"
#include "core/base/encoding/Json.h"
#include "core/chain/solana/message/SolanaMessage.h"

#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace countersign::solana {

/// What an instruction's data says. Lamports and token amounts are std::uint64_t in raw units.
using FieldValue = std::variant<bool, std::uint64_t, std::int64_t, std::string, SolanaAddress, Bytes>;

struct InstructionField
{
    std::string name;  ///< camelCase, as @solana/web3.js and @solana/spl-token name it
    FieldValue value;
};

struct InstructionAccount
{
    std::size_t index = 0;                 ///< in the message
    std::optional<SolanaAddress> address;  ///< nothing: a lookup table knows it, and offline nobody else
    bool signs = false;
    bool writes = false;
    std::string role;  ///< camelCase ("source", "newAuthority"); empty where the program has no name for it
};

/// An instruction as its program reads it.
struct DecodedInstruction
{
    SolanaAddress programId{};
    std::string program;  ///< "system", "token2022"; empty for a program that is not known here
    /// "transferChecked". Empty: what it does could not be read, and error says why.
    std::string name;
    std::vector<InstructionAccount> accounts;
    std::vector<InstructionField> fields;
    /// What a container carries (a Squads proposal), decoded in the same way.
    std::vector<DecodedInstruction> inner;
    Bytes data;         ///< as it stands in the message
    std::string error;  ///< why name is empty

    bool isRead() const { return !name.empty(); }
    /// Nothing where there is no field, or no account of this role or none with an address.
    const FieldValue* field(std::string_view name) const;
    std::optional<std::uint64_t> number(std::string_view name) const;
    std::optional<SolanaAddress> account(std::string_view role) const;
};

/// Every instruction of a message in order; those that cannot be read are there with their error.
std::vector<DecodedInstruction> decodeInstructions(const SolanaMessage& message);

/// {"program","programId","name","accounts":[{"address","signer","writable","role"?}],"fields":{…}} and
/// "inner" where there is any (design.md §7); an unread one has "name": null, "data" in base64 and "error".
/// Integers are decimal strings, bytes are 0x-hex.
Json toJson(const DecodedInstruction& instruction);

}  // namespace countersign::solana
