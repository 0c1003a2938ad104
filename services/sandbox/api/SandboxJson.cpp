#include "services/sandbox/api/SandboxJson.h"

#include "core/crypto/envelopes/WebhookSignature.h"

namespace countersign::sandbox {

namespace {

Json timeOrNull(UnixMillis time)
{
    return time == 0 ? Json(nullptr) : Json(toIso8601(time));
}

Json lastResponse(const Message& message)
{
    if (message.lastAttemptAt == 0) {
        return nullptr;
    }
    Json response = Json::object();
    if (message.lastHttpStatus != 0) {
        response["status"] = message.lastHttpStatus;
    }
    if (!message.lastError.empty()) {
        response["error"] = message.lastError;
    }
    return response;
}

/// The old model's view (protocol reference §3.8): shares by where they are kept.
Json keySharesJson(const Sandbox::SigningWallet& found)
{
    Json shares = Json::array();
    if (found.settings.isShownInPart) {
        shares.push_back(
            Json{{"id", found.wallet.userId}, {"backupLocation", "dynamic"}, {"passwordEncrypted", false}});
    } else if (found.active) {
        shares.push_back(Json{
            {"id", found.active->shareSetId}, {"backupLocation", "delegated"}, {"passwordEncrypted", false}});
    }
    return shares;
}

/// The new model's: the user's own share set, and the others. A user's credential alone has it (§6.2).
void addShareSets(Json& properties, const Sandbox::SigningWallet& found)
{
    if (found.settings.isShownInPart) {
        return;
    }
    properties["shareSetType"] = "rootUser";
    properties["otherShareSets"] = Json::array();
    if (found.active) {
        properties["otherShareSets"].push_back(
            Json{{"shareSetId", found.active->shareSetId}, {"shareSetType", "delegated"}});
    }
}

}  // namespace

Json aboutJson()
{
    return Json{
        {"name", "countersign-sandbox"},
        {"version", COUNTERSIGN_VERSION},
        {"notice",
         "A local stand-in for Dynamic. It SIMULATES multi-party computation: this one process makes and "
         "knows "
         "both shares of every key, and its state file holds the simulated server's keys in clear. Never use "
         "a "
         "wallet of the sandbox for real funds."},
        {"real",
         {"key pairs and addresses", "additive shares of every key", "encryption of share and wallet API key",
          "webhook signatures, deliveries and retries", "signatures",
          "key exchange and encryption between client and enclave"}},
        {"simulated",
         {"multi-party computation", "users and their approval",
          "the enclave: its attestation documents are well-formed but of the sandbox's own root", "the relay",
          "the policy engine"}},
    };
}

Json delegatedJson(const std::vector<Sandbox::Delegated>& delegated)
{
    Json list = Json::array();
    for (const Sandbox::Delegated& one : delegated) {
        list.push_back(Json{{"walletId", one.walletId}, {"address", one.address}, {"userId", one.userId}});
    }
    return list;
}

Json walletJson(const WalletSummary& summary)
{
    return Json{{"walletId", summary.wallet.walletId},
                {"userId", summary.wallet.userId},
                {"chain", chainName(summary.wallet.chain)},
                {"address", summary.wallet.address},
                {"shareSetId", summary.shareSetId},
                {"status", shareSetStatusName(summary.status)},
                {"createdAt", toIso8601(summary.wallet.createdAt)},
                {"delegatedAt", toIso8601(summary.delegatedAt)},
                {"endedAt", timeOrNull(summary.endedAt)}};
}

Json encryptionKeyJson(const EncryptionKey& key)
{
    return Json{{"publicKey", key.publicKeyPem},         {"kid", key.kid},
                {"alg", "HYBRID-RSA-AES-256"},           {"status", "active"},
                {"createdAt", toIso8601(key.createdAt)}, {"updatedAt", toIso8601(key.updatedAt)}};
}

Json deliveryJson(const Message& message)
{
    return Json{
        {"messageId", message.messageId},
        {"eventId", message.eventId},
        {"eventName", message.eventName},
        {"status", messageStatusName(message.status)},
        {"attempts", message.attempts},
        {"redelivery", message.redelivery},
        {"createdAt", toIso8601(message.createdAt)},
        {"lastAttemptAt", timeOrNull(message.lastAttemptAt)},
        {"nextAttemptAt",
         message.status == MessageStatus::Pending ? Json(toIso8601(message.nextAttemptAt)) : Json(nullptr)},
        {"lastResponse", lastResponse(message)}};
}

Json webhookMessageJson(const Message& message, const SandboxIdentity& identity, bool withRequest)
{
    Json json{
        {"messageId", message.messageId},
        {"eventId", message.eventId},
        {"environmentId", identity.environmentId},
        {"webhookId", identity.webhookId},
        {"status", messageStatusName(message.status)},
        {"deliveryAttempt", message.attempts},
        {"deliveredAt",
         message.status == MessageStatus::Delivered ? Json(toIso8601(message.lastAttemptAt)) : Json(nullptr)},
        {"response", lastResponse(message)},
        {"messageCreatedAt", toIso8601(message.createdAt)},
        {"eventCreatedAt", toIso8601(message.createdAt)},
        {"createdAt", toIso8601(message.createdAt)}};
    if (withRequest) {
        const std::string body =
            message.redelivery ? WebhookMessages::redelivered(message.body) : message.body;
        json["request"] = {
            {"headers",
             {{"content-type", "application/json"},
              {"x-dynamic-signature-256", signWebhook(identity.webhookSecret, asBytes(body))}}},
            {"body", body}};
    }
    return json;
}

Json webhookJson(const SandboxIdentity& identity, const std::string& url, const WebhookState& state)
{
    return Json{{"environmentId", identity.environmentId},
                {"webhookId", identity.webhookId},
                {"url", state.shownUrl.empty() ? url : state.shownUrl},
                {"events", state.events},
                {"isEnabled", state.isEnabled}};
}

Json waasWalletJson(const Sandbox::SigningWallet& found)
{
    const bool evm = found.wallet.chain == Chain::Evm;
    const WalletSettings& settings = found.settings;
    const char* const path = evm ? R"({"0":44,"1":60,"2":0,"3":0,"4":0})" : R"({"0":44,"1":501,"2":0,"3":0})";
    Json json{{"accountAddress", settings.toldAddress.empty() ? found.wallet.address : settings.toldAddress},
              {"chainName",
               settings.toldChain.empty() ? std::string(chainName(found.wallet.chain)) : settings.toldChain},
              {"walletId", found.wallet.walletId},
              {"thresholdSignatureScheme", "TWO_OF_TWO"},
              {"derivationPath", settings.toldPath.empty() ? std::string(path) : settings.toldPath},
              {"keyShares", keySharesJson(found)}};
    if (settings.endsOnSignOn() || settings.hasDeniedDelegatedAccess) {
        json["settings"] = settings.shownJson();
    }
    return json;
}

Json userJson(const std::string& userId, const std::vector<Sandbox::SigningWallet>& wallets)
{
    Json credentials = Json::array();
    for (const Sandbox::SigningWallet& wallet : wallets) {
        const Json waas = waasWalletJson(wallet);
        Json properties{{"keyShares", waas["keyShares"]}, {"settings", wallet.settings.shownJson()}};
        addShareSets(properties, wallet);
        credentials.push_back(Json{{"id", wallet.wallet.walletId},
                                   {"format", "blockchain"},
                                   {"address", waas["accountAddress"]},
                                   {"chain", waas["chainName"]},
                                   {"walletProperties", std::move(properties)}});
    }
    return Json{{"user", {{"id", userId}, {"verifiedCredentials", std::move(credentials)}}}};
}

Json eventJson(const Message& message, const SandboxIdentity& identity)
{
    return Json{{"eventId", message.eventId},
                {"environmentId", identity.environmentId},
                {"environmentName", "sandbox"},
                {"eventName", message.eventName},
                {"timestamp", toIso8601(message.createdAt)}};
}

Json roomJson(const SigningRoom& room)
{
    return Json{{"roomId", room.roomId},
                {"walletId", room.walletId},
                {"shareSetId", room.shareSetId},
                {"digest", room.digest},
                {"context", room.context},
                {"status", roomStatusName(room.status)},
                {"createdAt", toIso8601(room.createdAt)},
                {"expiresAt", toIso8601(room.expiresAt)}};
}

Json signatureJson(const SignatureRecord& record)
{
    return Json{{"walletId", record.walletId},
                {"digest", record.digest},
                {"roomId", record.roomId},
                {"at", toIso8601(record.at)},
                {"algorithm", record.algorithm}};
}

}  // namespace countersign::sandbox
