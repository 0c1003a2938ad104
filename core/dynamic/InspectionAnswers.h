#pragma once

#include "core/base/Bytes.h"
#include "core/dynamic/InspectionApi.h"

// The bodies of the calls of InspectionApi. What is needed is strict and bounded, what is optional and
// unreadable counts as not told, what is unknown is ignored: the shapes come from samples and generated
// models that disagree. Errors are Network (unintelligible).

namespace countersign {

/// Longest answer that is read: a page of messages may hold their bodies.
inline constexpr std::size_t inspectionAnswerMaxBytes = std::size_t{8} * 1024 * 1024;
/// Longest of one text (an identifier, a name, an address); a webhook's address may have
/// inspectionUrlMaxBytes.
inline constexpr std::size_t inspectionTextMaxBytes = 256;
inline constexpr std::size_t inspectionUrlMaxBytes = 2048;
/// Most of one list: webhooks, their events, keys, scopes.
inline constexpr std::size_t inspectionListMax = 200;

/// Also its shares (keyShares[].backupLocation; otherShareSets[].shareSetType and shareSetId) and settings.
Result<InspectedWallet> parseInspectedWallet(BytesView body);
/// The user, alone or as member "user"; credentials that are no wallets are left out.
Result<std::vector<OwnedWallet>> parseUserWallets(BytesView body);
/// sdk.waas.delegatedAccess of the environment's settings. Where the member or what is around it is missing,
/// nobody said that it is off: an error.
Result<DelegatedAccessSettings> parseDelegatedAccess(BytesView body);
/// {key?, keys?}; each kid once.
Result<std::vector<EncryptionKeyRecord>> parseEncryptionKeys(BytesView body);
/// An array, alone or as member "webhooks" or "data".
Result<std::vector<RegisteredWebhook>> parseWebhooks(BytesView body);
Result<TokenRecord> parseToken(BytesView body);
Result<WebhookMessagePage> parseWebhookMessages(BytesView body);
Result<std::string> parseEventName(BytesView body);

}  // namespace countersign
