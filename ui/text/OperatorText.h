#pragma once

#include "core/policy/approvals/ApprovalCount.h"
#include "core/policy/operators/Operator.h"
#include "ui/text/StateText.h"

namespace countersign {

/// The public key as 64 digits, in which people paste and scan it.
QString operatorKeyText(const ed25519::PublicKey& key);
/// 64 hex digits with or without 0x, blanks, line breaks and colons anywhere: as people copy a key out of
/// groups. Errors of parseOperatorKey.
Result<ed25519::PublicKey> typedOperatorKey(const QString& text);
/// "treasury, night" → {"night", "treasury"}: cut at commas, blanks and semicolons.
std::vector<std::string> typedGroups(const QString& text);
QString groupsText(const std::vector<std::string>& groups);

/// What somebody said, as a chip: "Approved", "Rejected", "Taken back".
StateText decisionText(ApprovalDecision decision);
/// Why a statement does not count: the word and a sentence with what would mend it.
StateText doubtText(ApprovalDoubt doubt);
/// The same of a word about a policy's change, in short.
QString changeDoubtText(ApprovalDoubt doubt);
/// Who said it: the name at this desk, or that nobody here knows them.
QString speakerText(const CountedApproval& one);

/// "1 of 2: alice"; names of those whose approval counts.
QString countText(const ApprovalCount& count);
/// The names of those whose approval counts, made safe to show; empty for none.
QString approversText(const ApprovalCount& count);
/// Names with commas between, at most so many, then how many more.
QString namesText(const std::vector<std::string>& names, std::size_t most = 4);

}  // namespace countersign
