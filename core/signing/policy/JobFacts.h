#pragma once

#include "core/delegation/Wallet.h"
#include "core/meaning/Meaning.h"
#include "core/policy/facts/FactsOfMeaning.h"
#include "core/signing/job/VerifiedJob.h"

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace countersign {

/// What the address book knows of an address.
struct AddressLabels
{
    std::vector<std::string> tags;
    std::vector<std::string> lists;
};

/// Of an address on a chain; chain: CAIP-2, or "eip155" or "solana" where the job is bound to none. Nothing
/// where the book cannot be trusted, or where it depends on the chain and none is known.
using LabelsOfAddress =
    std::function<std::optional<AddressLabels>(std::string_view chain, std::string_view address)>;

/// What a policy may ask about a job (design.md §11). meaning: of what will be signed. now: at which it is
/// decided. Findings of this desk alone are for the caller to add.
PolicyFacts policyFactsOf(const VerifiedJob& job, const meaning::Meaning& meaning,
                          const LabelsOfAddress& labels, UnixMillis now);

/// A document as a job that is nowhere stored: for trying a policy on it. Errors of JobIntake::submit.
Result<VerifiedJob> draftJob(BytesView document, const Wallet& wallet, UnixMillis now);

}  // namespace countersign
