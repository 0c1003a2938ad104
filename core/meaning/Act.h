#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace countersign::meaning {

/// What sort of thing is done, coarse enough for rules to ask about (design.md §11).
enum class IntentKind {
    Transfer,
    Approve,
    RevokeApproval,
    Swap,
    Call,
    Permit,
    Message,
    SignIn,
    Create,
    DelegateCode,
    Nonce,
    Authority,
    Unknown,  ///< it was not understood, or not in full
};

/// "transfer", "revoke-approval", "sign-in", ….
std::string_view nameOf(IntentKind kind);
/// Nothing for any other word.
std::optional<IntentKind> intentKindFrom(std::string_view name);

/// One thing that is done by what is signed: a call, an instruction, a signed message. For rules alone: it is
/// neither printed nor hashed, so that two desks whose programs sort acts differently still see one
/// explanation.
struct Act
{
    /// Nothing where it only carries or helps others (a container, a memo, a token account that is made).
    std::optional<IntentKind> kind = {};
    std::string contract = {};  ///< EVM, EIP-55: what is called, or takes the message; empty: none is named
    std::string selector = {};  ///< "0xa9059cbb"; empty where no function is called
    std::string function = {};  ///< "transfer(address,uint256)", where the console knows it
    std::string program = {};   ///< Solana, Base58
    /// There may be further calls, instructions or programs in it that were not read.
    bool mayHoldMore = false;

    bool operator==(const Act&) const = default;
};

}  // namespace countersign::meaning
