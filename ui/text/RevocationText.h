#pragma once

#include "core/revocation/Revocation.h"
#include "ui/text/StateText.h"

namespace countersign {

struct RevocationSummary;

QString delegationCount(std::int64_t number);  ///< "1 delegation", "1,234 delegations"
QString walletCount(std::int64_t number);      ///< "1 wallet", "1,234 wallets"

/// What Dynamic said of one wallet.
StateText outcomeText(const RevocationItem& item);
/// What there is to know of one wallet beside that: why it waits or was refused, or when it was answered.
QString outcomeSentence(const RevocationItem& item);
/// What trying to sign afterwards showed; empty where it was not tried.
QString checkSentence(const RevocationItem& item);
/// "destroyed", "kept"
QString materialText(const RevocationItem& item);

/// A whole revocation in one chip.
StateText revocationState(const RevocationSummary& summary);
/// "2 revoked, 1 waits"
QString countsText(const RevocationSummary& summary);
/// When it is tried again: "Dynamic asked to wait until …", or that it is tried every minute.
QString nextTryText(UnixMillis tryAfter, UnixMillis now);

}  // namespace countersign
