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
    ASSIGN_OR_RETURN(const auto values,
                     session.settings().get({settingKeys::relayUrl, settingKeys::relayInbox}));
    const auto& url = values.at(0);
    const auto& inbox = values.at(1);
    if (!url || !inbox) {
        return failure(ErrorCode::NotFound,
                       RelayConnectionText::tr(
                           "The profile names no relay. Set relay.url and relay.inbox with settings set."));
    }
    ASSIGN_OR_RETURN(auto token, session.secrets().get(relayTokenKind, primarySecretName));
    return CountersignRelaySource::make(QString::fromStdString(*url), *inbox, std::move(token));
}

}  // namespace countersign::cli
