#include "app/cli/RelayConnection.h"

#include <QCoreApplication>

namespace countersign::cli {

namespace {

struct RelayConnectionText
{
    Q_DECLARE_TR_FUNCTIONS(RelayConnectionText)
};

}  // namespace

Result<std::unique_ptr<CountersignRelaySource>> makeRelaySource(ProfileSession& session)
{
    const auto values = session.settings().get({settingKeys::relayUrl, settingKeys::relayInbox});
    if (!values) {
        return failure(values.error());
    }
    const auto& url = values->at(0);
    const auto& inbox = values->at(1);
    if (!url || !inbox) {
        return failure(ErrorCode::NotFound,
                       RelayConnectionText::tr(
                           "The profile names no relay. Set relay.url and relay.inbox with settings set."));
    }
    auto token = session.secrets().get(relayTokenKind, primarySecretName);
    if (!token) {
        return failure(token.error());
    }
    return CountersignRelaySource::make(QString::fromStdString(*url), *inbox, std::move(*token));
}

}  // namespace countersign::cli
