#pragma once

#include "core/addressbook/AddressEntry.h"
#include "core/signing/local/JobOutline.h"

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace countersign {

/// Another job of the same wallet.
struct OtherJob
{
    std::string jobId;
    JobState state = JobState::Pending;
    bool isSigned = false;
    UnixMillis signedAt = 0;  ///< of the last signature
    Bytes digest;
    JobOutline outline;
};

/// An address that is taken for another one by whoever looks at the ends only.
struct LookAlike
{
    std::string address;      ///< of the job
    std::string other;        ///< that is known
    std::string whose;        ///< "Shop (address book)"
    std::size_t atBegin = 0;  ///< characters that are equal, behind 0x
    std::size_t atEnd = 0;

    bool operator==(const LookAlike&) const = default;
};

/// A token account that can be computed from an owner.
struct DerivedOwner
{
    std::string owner;
    bool isToken2022 = false;  ///< such an account cannot be given to another owner
};

struct OwnWallet
{
    std::string walletId;
    std::string status;  ///< as design.md §7 prints it
};

/// What the profile knows about a job and the addresses in it. Read by LocalFactsReader, judged by the rules;
/// with it every case can be made up in a test. Addresses are comparable ones (addressKeyOf).
// NOLINTNEXTLINE(clang-analyzer-optin.performance.Padding): there is one, and it is read in this order
struct LocalFacts
{
    std::string jobId;
    Bytes digest;  ///< empty while something is open
    UnixMillis now = 0;
    JobOutline outline;

    /// Why the address book does not count, in English; nothing of it is below then.
    std::optional<std::string> bookDoubt;
    /// For each address that occurs and is in it: the entries of every chain.
    std::map<std::string, std::vector<AddressEntry>> entries;
    bool hasAllowList = false;       ///< for chains of this kind
    std::size_t addressesKnown = 0;  ///< that the job's were compared with
    /// Some owners were not tried: there are too many.
    bool ownersAreCut = false;
    /// For token accounts that get something.
    std::map<std::string, DerivedOwner> owners;
    std::map<std::string, OwnWallet> ownWallets;
    std::vector<LookAlike> lookAlikes;  ///< at most one for each address

    /// Signed with this wallet, the newest first.
    std::vector<OtherJob> signedJobs;
    bool historyIsCut = false;  ///< there are more
    /// Of this wallet, chain and nonce: signed, or waiting for a decision or a signature.
    std::vector<OtherJob> sameNonce;
    bool sameNonceIsCut = false;     ///< there may be more: not all that wait could be looked at
    std::size_t unreadableJobs = 0;  ///< which are left out above

    /// Why nothing could be read at all.
    std::optional<std::string> failure;
};

}  // namespace countersign
