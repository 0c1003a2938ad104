#include "ui/session/worker/RelayFollower.h"

#include "core/audit/trust/TrustedSecrets.h"
#include "core/audit/trust/TrustedSettings.h"

#include <utility>

namespace countersign {

void RelayFollower::follow(const SourceMaker& makeSource, Database& database, Vault& vault,
                           Ingestor& ingestor)
{
    const auto values =
        TrustedSettings(database, vault).get({settingKeys::relayUrl, settingKeys::relayInbox});
    if (!values) {
        Q_EMIT failed(values.error());
        return;
    }
    const auto& url = values->at(0);
    const auto& inbox = values->at(1);
    if (!url || !inbox) {
        Q_EMIT failed(
            Error{ErrorCode::NotFound,
                  tr("This profile names no relay. Make the profile anew with \"countersign-cli init\" "
                     "and its option --relay."),
                  {}});
        return;
    }
    auto token = TrustedSecrets(database, vault).get(relayTokenKind, primarySecretName);
    if (!token) {
        const bool missing = token.error().code == ErrorCode::NotFound;
        Q_EMIT failed(missing ? Error{ErrorCode::NotFound,
                                      tr("This profile holds no relay token, so the relay cannot be asked."),
                                      token.error().detail}
                              : token.error());
        return;
    }
    auto source = makeSource(*url, *inbox, std::move(*token));
    if (!source) {
        Q_EMIT failed(source.error());
        return;
    }
    m_source = std::move(*source);
    start(ingestor);
}

void RelayFollower::start(Ingestor& ingestor)
{
    m_synchronizer = std::make_unique<Synchronizer>(*m_source, ingestor);
    connect(m_synchronizer.get(), &Synchronizer::pageIngested, this, &RelayFollower::pageIngested);
    connect(m_synchronizer.get(), &Synchronizer::contacted, this, &RelayFollower::contacted);
    connect(m_synchronizer.get(), &Synchronizer::failed, this, &RelayFollower::failed);
    connect(m_synchronizer.get(), &Synchronizer::noticed, this, &RelayFollower::noticed);
    connect(m_synchronizer.get(), &Synchronizer::finished, this, [this](const Result<IngestReport>& total) {
        const auto drained = std::exchange(m_drained, {});
        m_synchronizer->follow();
        if (drained) {
            drained(total.map([](const IngestReport&) {}));
        }
    });
    m_synchronizer->follow();
}

void RelayFollower::drain(Callback<void> done)
{
    if (!m_synchronizer) {
        return done(failure(ErrorCode::NotFound,
                            tr("The relay is not followed, so it is not known what waits there. Look at the "
                               "settings of the relay.")));
    }
    m_synchronizer->stop();  // its long poll
    m_drained = std::move(done);
    m_synchronizer->drain();
}

void RelayFollower::stop()
{
    if (m_synchronizer) {
        m_synchronizer->disconnect(this);
        m_synchronizer->stop();
    }
    m_drained = {};
    m_synchronizer.reset();
    m_source.reset();
}

}  // namespace countersign
