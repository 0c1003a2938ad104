#pragma once

#include "core/base/Bytes.h"
#include "core/dynamic/DynamicApi.h"

namespace countersign {

/// The body of GET …/waas/{walletId} (protocol reference §3.5), with or without the member "wallet" around
/// it. walletId, accountAddress and chainName are needed; they and the scheme are printable ASCII and
/// bounded. derivationPath is absent, empty, or a JSON object in a string whose keys are exactly "0" to "n-1"
/// (at most 32), in any order, with values of 32 bits; a gap is refused, since readers would not agree on
/// what it means. Network otherwise.
Result<WaasWallet> parseWaasWallet(BytesView body);

/// The body of POST …/waas/verifyApiKey (§3.6): {environmentId, verified}. True only when both say so.
/// Network otherwise.
Result<bool> parseVerifiedApiKey(BytesView body, std::string_view environmentId);

/// roomId of a room_created event or of a plain answer (§3.3), normalised: hyphens removed, lower case.
/// Network when that leaves anything but 32 hex digits.
Result<std::string> parseRoomId(BytesView json);

}  // namespace countersign
