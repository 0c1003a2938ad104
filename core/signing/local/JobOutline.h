#pragma once

#include "core/meaning/Meaning.h"
#include "core/signing/job/VerifiedJob.h"

#include <optional>
#include <string>
#include <vector>

namespace countersign {

/// Somebody to whom a job gives something, or whose contract it calls.
struct JobParty
{
    std::string address;       ///< as the explanation spells it
    std::string key;           ///< addressKeyOf of it
    bool isPaid = false;       ///< an effect "out"
    bool isEmpowered = false;  ///< an effect "power" that gives more than nothing
    bool isCalled = false;     ///< the transaction's own target
    /// Of the tokens that it gets (Solana): what its address may be derived from.
    std::vector<SolanaAddress> mints;

    bool operator==(const JobParty&) const = default;
};

/// Something that leaves for an account.
struct JobPayment
{
    std::string account;  ///< addressKeyOf
    std::string asset;    ///< CAIP-19
    std::optional<Uint256> amount;

    bool operator==(const JobPayment&) const = default;
};

/// What a job comes to, as far as one job is compared with others and with what operators know of addresses.
struct JobOutline
{
    std::string chain;                   ///< CAIP-2, or "eip155" or "solana" where the job names none
    std::string wallet;                  ///< addressKeyOf of who signs
    bool understood = false;             ///< every effect is known
    std::vector<JobParty> parties;       ///< each once, without the wallet itself
    std::vector<std::string> mentioned;  ///< other addresses that occur, comparable, sorted, each once
    std::vector<JobPayment> payments;    ///< sorted
    std::optional<Uint256> fee;          ///< at most, in the chain's smallest unit
    std::optional<std::uint64_t> nonce;  ///< of an EVM transaction
    bool isNonceFromNode = false;
};

/// explanation: of this job.
JobOutline outlineOf(const VerifiedJob& job, const meaning::Explanation& explanation);

/// One text for each address: EVM in lower case, everything else as it is.
std::string addressKeyOf(std::string_view address);
bool isEvmAddressText(std::string_view address);

inline constexpr std::size_t maxJobParties = 200;
inline constexpr std::size_t maxMentionedAddresses = 1'000;

}  // namespace countersign
