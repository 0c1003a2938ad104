#pragma once

#include "core/base/Clock.h"
#include "core/base/Uint256.h"
#include "core/meaning/Meaning.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace countersign {

/// A call that is made, or a signed message with the contract that takes it.
struct PolicyCall
{
    std::string contract;  ///< EIP-55
    std::string selector;  ///< "0xa9059cbb"; empty: no function is called
    std::string function;  ///< its signature, where it is known; for people

    bool operator==(const PolicyCall&) const = default;
};

/// Who gets assets, or power over some.
struct PolicyRecipient
{
    std::string address;
    /// The lists of the address book that it is in; nothing where the book cannot be trusted.
    std::optional<std::vector<std::string>> lists;

    bool operator==(const PolicyRecipient&) const = default;
};

/// An asset that leaves, or over which somebody gets power.
struct PolicyAsset
{
    std::optional<std::string> asset;  ///< CAIP-19; nothing where it has no name
    std::optional<Uint256> amount;     ///< raw units; nothing where the bytes do not tell
    bool leaves = true;

    bool operator==(const PolicyAsset&) const = default;
};

struct PolicyFinding
{
    std::string id;
    meaning::Severity severity = meaning::Severity::Info;
    bool isLocal = false;  ///< rests on this desk's profile; another desk may not find it

    bool operator==(const PolicyFinding&) const = default;
};

/// What rules may ask about one job, and all that an outcome depends on (with the sums of what was signed).
/// Everything is handed in: the same facts give the same outcome at any desk.
struct PolicyFacts
{
    std::string walletId;
    std::string walletAddress;
    std::optional<std::vector<std::string>> walletTags;  ///< nothing where the book cannot be trusted

    /// CAIP-2. Nothing: bound to no chain, which is every chain unless it is a message in words.
    std::optional<std::string> chain;
    bool isForEveryChain = false;

    std::string kind;                      ///< "evm.transaction", …
    std::string origin;                    ///< "relay", "composed", "file"
    std::optional<std::string> submitter;  ///< as it is registered here; nothing where nobody submitted it

    bool isUnderstood = false;
    std::vector<meaning::IntentKind> intents;  ///< each once; Unknown among them unless it is understood
    std::vector<PolicyCall> calls;
    std::vector<std::string> programs;  ///< Base58, each once
    /// There may be calls or programs that were not read.
    bool mayCallMore = false;
    std::vector<PolicyRecipient> recipients;  ///< each once
    bool mayReachOthers = false;              ///< something goes to somebody whom the bytes do not name
    std::vector<PolicyAsset> assets;          ///< one for each effect
    std::vector<PolicyFinding> findings;

    UnixMillis now = 0;

    bool operator==(const PolicyFacts&) const = default;
};

}  // namespace countersign
