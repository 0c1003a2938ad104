#pragma once

#include "core/dynamic/DynamicConnection.h"
#include "core/dynamic/RevocationApi.h"

#include <utility>

namespace countersign {

/// RevocationApi over HTTP. Identifiers that no path can carry are refused without asking anybody.
class HttpRevocationApi final : public RevocationApi
{
public:
    explicit HttpRevocationApi(DynamicConnection connection) : m_connection(std::move(connection)) {}

    PendingCallPtr revokeWallet(const std::string& walletId,
                                std::function<void(const RevocationAnswer&)> answered) override;
    PendingCallPtr revokeShareSet(const std::string& walletId, const std::string& shareSetId,
                                  std::function<void(const RevocationAnswer&)> answered) override;
    PendingCallPtr revokeWallets(const std::vector<std::string>& walletIds,
                                 std::function<void(const BulkRevocationAnswer&)> answered) override;

private:
    PendingCallPtr remove(const QUrl& url, std::function<void(const RevocationAnswer&)> answered);

    DynamicConnection m_connection;
};

}  // namespace countersign
