#pragma once

#include "core/health/HealthRules.h"

namespace countersign {

struct WalletWords
{
    QString title;
    QString mend;
};

/// What is said about a wallet to which the rule applies.
WalletWords walletWords(HealthRule rule, const WalletFacts& wallet, UnixMillis now);

}  // namespace countersign
