#pragma once

#include "core/addressbook/AddressBookCache.h"
#include "core/base/Clock.h"
#include "core/meaning/Knowledge.h"
#include "core/signing/job/JobExplanation.h"
#include "core/signing/local/LocalFacts.h"
#include "core/vault/Vault.h"

#include <array>
#include <string_view>

namespace countersign {

/// Ids of the findings that depend on the profile; no explanation has one of them.
inline constexpr std::array localFindingIds = {
    "recipient.known",     "recipient.neverUsed",   "recipient.blocked", "recipient.notAllowed",
    "recipient.lookAlike", "recipient.ownWallet",   "job.duplicate",     "job.noncePending",
    "job.replacement",     "job.replacementRaises", "job.nonceFar",      "job.feeHigh"};
bool isLocalFinding(std::string_view id);

/// What this profile has to say about a job besides its explanation, the gravest first: the member "local" of
/// design.md §10, outside the explanation's hash. Pure.
std::vector<meaning::Finding> localFindings(const LocalFacts& facts);

/// Reads the facts and judges them. Never fails: what could not be read is a finding that says so. Reads
/// only, and takes its time: not on a thread that must not wait.
std::vector<meaning::Finding> localFindingsOf(const VerifiedJob& job, const JobExplanation& explained,
                                              const meaning::Knowledge& knowledge, Database& database,
                                              const Vault& vault, AddressBookCache& book, const Clock& clock);

/// [{"id","severity","title","detail","addresses"?}], as in the explanation.
Json localFindingsJson(const std::vector<meaning::Finding>& findings);

}  // namespace countersign
