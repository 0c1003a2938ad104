#pragma once

#include "core/base/encoding/Json.h"
#include "services/sandbox/Sandbox.h"

// The JSON answers of the simulated service, with member names as in protocol reference §1.9 and §2.6 and
// design.md §8; none of them holds a secret.

namespace countersign::sandbox {

/// What this is and what it simulates: answered by GET /sandbox and printed at start.
Json aboutJson();

Json delegatedJson(const std::vector<Sandbox::Delegated>& delegated);
Json walletJson(const WalletSummary& summary);
/// {publicKey, kid, alg, createdAt, updatedAt}
Json encryptionKeyJson(const EncryptionKey& key);
/// One delivery of GET /sandbox/webhooks.
Json deliveryJson(const Message& message);
/// A WebhookMessage of §1.9, as far as the sandbox keeps it; with what is sent, if that is wanted.
Json webhookMessageJson(const Message& message, const SandboxIdentity& identity, bool withRequest);
/// A Webhook of §1.9, without its secret.
Json webhookJson(const SandboxIdentity& identity, const std::string& url, const WebhookState& state);
/// An Event of §1.9, without its data.
Json eventJson(const Message& message, const SandboxIdentity& identity);
/// A user of §6.2 as far as wallets go: {"user": {"id", "verifiedCredentials"}}.
Json userJson(const std::string& userId, const std::vector<Sandbox::SigningWallet>& wallets);

/// A WaasWallet of §3.5.
Json waasWalletJson(const Sandbox::SigningWallet& wallet);
/// One room of GET /sandbox/rooms.
Json roomJson(const SigningRoom& room);
/// One signature of GET /sandbox/signatures.
Json signatureJson(const SignatureRecord& record);

}  // namespace countersign::sandbox
