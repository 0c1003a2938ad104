#pragma once

#include "core/base/Clock.h"
#include "core/base/Result.h"

#include <compare>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace countersign {

/// What operators know about an address: who it belongs to, and what policies may ask about it.
struct AddressEntry
{
    std::string chain;    ///< by CAIP-2 ("eip155:1"), or "eip155" or "solana" for every chain of that kind
    std::string address;  ///< EVM: EIP-55; Solana: Base58
    std::string name;     ///< for people
    std::vector<std::string> tags;  ///< sorted, each once
    std::vector<std::string>
        lists;                 ///< sorted, each once; "allow" and "block" are those that the console knows
    UnixMillis changedAt = 0;  ///< 0 where it was not stored yet

    bool isInList(std::string_view list) const;
    bool operator==(const AddressEntry&) const = default;
};

/// What names an entry: an address may be there for several chains.
struct AddressKey
{
    std::string chain;
    std::string address;

    auto operator<=>(const AddressKey&) const = default;
};

inline constexpr std::string_view allowList = "allow";
inline constexpr std::string_view blockList = "block";

inline constexpr std::size_t maxAddressEntries = 100'000;
inline constexpr std::size_t maxAddressLabels = 16;           ///< tags, and lists, of one entry
inline constexpr std::size_t maxAddressLabelCharacters = 32;  ///< of a tag's or a list's name

/// The entry as it is stored: the address in its chain's spelling, tags and lists sorted and each once.
/// InvalidInput, with a sentence that says which part is wrong, for a chain that is none of the above; an
/// address that is none of it (also one with a wrong checksum); a name that is empty, too long, or has blanks
/// at its ends, control, direction or other invisible characters; a tag or list that is not 1 to 32 of
/// A–Z a–z 0–9 . _ -; too many of them; both "allow" and "block".
Result<AddressEntry> checkedEntry(AddressEntry entry);

/// Tags or lists with a semicolon between, as rows and files hold them.
std::string joinedLabels(const std::vector<std::string>& labels);
/// What joinedLabels joined; of other text the pieces between semicolons.
std::vector<std::string> splitLabels(std::string_view text);
/// Tag and list names.
bool isAddressLabel(std::string_view label);

/// "eip155" of "eip155:1".
std::string_view chainKind(std::string_view chain);
/// Whether an entry of entryChain speaks of chain.
bool coversChain(std::string_view entryChain, std::string_view chain);

/// What people look at: the first and the last four digits behind 0x in lower case, or characters of Base58,
/// with the chain's kind before them. Two different addresses with one key are look-alikes.
std::string lookAlikeKey(std::string_view chain, std::string_view address);

}  // namespace countersign
