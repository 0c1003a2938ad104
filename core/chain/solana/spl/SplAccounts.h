#pragma once

#include "core/base/Bytes.h"
#include "core/chain/solana/spl/SplPrograms.h"

#include <cstdint>

// Decoding of SPL mint and token accounts, as the token programs lay them out (spl-token-interface and
// spl-token-2022-interface, state.rs and extension/mod.rs). What a token is and who owns an account of it is
// told by accounts whose bytes come from somebody else's node. They are read strictly, and only what is known
// to arrive as it was sent is accepted.

namespace countersign {

struct SplMint
{
    SplProgram program = SplProgram::Token;
    std::uint8_t decimals = 0;
    std::uint64_t supply = 0;  ///< in the smallest unit
    /// Somebody may move and burn this token in everybody's accounts.
    bool hasPermanentDelegate = false;
    /// Accounts begin frozen and receive nothing before the issuer thaws them.
    bool newAccountsAreFrozen = false;

    bool operator==(const SplMint&) const = default;
};

struct SplTokenAccount
{
    SolanaAddress mint{};
    SolanaAddress owner{};
    std::uint64_t amount = 0;  ///< in the smallest unit
    bool isFrozen = false;
    bool requiresMemo = false;  ///< refuses transfers that no memo precedes (Token-2022)

    bool operator==(const SplTokenAccount&) const = default;
};

namespace solana {

inline constexpr std::size_t mintBytes = 82;
inline constexpr std::size_t tokenAccountBytes = 165;

/// The bytes of a new associated account of a mint that readMint accepts: Token-2022 adds the extension
/// ImmutableOwner.
std::size_t newTokenAccountBytes(SplProgram program);

/// owner: the program that the account belongs to. InvalidInput with a sentence when this is no initialised
/// mint of a token program. Unsupported, the sentence naming it, for an extension by which less, later or
/// something else may arrive than is sent, or which asks for more than a plain transfer: fees, hooks,
/// confidential, interest-bearing, scaled, non-transferable and pausable tokens, and every extension that is
/// not known here.
Result<SplMint> readMint(const SolanaAddress& owner, BytesView data);

/// An initialised (or frozen) token account of this program. InvalidInput otherwise; Unsupported for an
/// extension that may keep a plain transfer from arriving.
Result<SplTokenAccount> readTokenAccount(SplProgram program, BytesView data);

}  // namespace solana

}  // namespace countersign
