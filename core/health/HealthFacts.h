#pragma once

#include "core/health/HealthReader.h"

namespace countersign {

/// What the database knows for the rules that are not about a wallet's row: keys, the newest answers of
/// Dynamic, the relay, the clocks, and wallets that were never received. That is a wallet of which the last
/// answer of Dynamic (wallet_check) says that its delegation is in order, and which the table wallet does not
/// have: WalletVerifier keeps such an answer when an owner has such a wallet. Inside the caller's snapshot.
/// now, tampered and trustProblem are left open.
Result<ProfileFacts> readProfileFacts(Database& database, int mostMissed);

Result<std::vector<KeyUse>> readKeyUse(Database& database, const ProfileFacts& facts);

}  // namespace countersign
