#pragma once

#include "core/dynamic/DynamicConnection.h"
#include "core/dynamic/InspectionApi.h"

#include <utility>

namespace countersign {

/// InspectionApi over HTTP. Identifiers that no path can carry are refused without asking anybody.
class HttpInspectionApi final : public InspectionApi
{
public:
    explicit HttpInspectionApi(DynamicConnection connection) : m_connection(std::move(connection)) {}

    std::chrono::milliseconds pauseLeft() const override { return m_connection.pause()->left(); }

    /// Also Network when the answer is about another wallet.
    PendingCallPtr wallet(const std::string& walletId, Callback<InspectedWallet> answered) override;
    PendingCallPtr userWallets(const std::string& userId,
                               Callback<std::vector<OwnedWallet>> answered) override;
    PendingCallPtr delegatedAccess(Callback<Dated<DelegatedAccessSettings>> answered) override;
    PendingCallPtr encryptionKeys(Callback<std::vector<EncryptionKeyRecord>> answered) override;
    PendingCallPtr webhooks(Callback<std::vector<RegisteredWebhook>> answered) override;
    PendingCallPtr token(Callback<Dated<TokenRecord>> answered) override;
    PendingCallPtr webhookMessages(const std::string& webhookId, const std::string& cursor,
                                   Callback<WebhookMessagePage> answered) override;
    PendingCallPtr eventName(const std::string& eventId, Callback<std::string> answered) override;
    PendingCallPtr redeliver(const std::string& webhookId, const std::string& messageId,
                             Callback<void> answered) override;

private:
    /// The answer to a GET, read by parse.
    template <typename T, typename Parse>
    PendingCallPtr get(HttpRequest request, Parse parse, Callback<T> answered);
    template <typename T, typename Parse>
    PendingCallPtr getDated(HttpRequest request, Parse parse, Callback<Dated<T>> answered);

    DynamicConnection m_connection;
};

}  // namespace countersign
