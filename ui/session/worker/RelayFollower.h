#pragma once

#include "core/base/PendingCall.h"
#include "core/base/SecretBytes.h"
#include "core/inbox/source/Synchronizer.h"
#include "core/vault/Vault.h"

#include <functional>
#include <memory>
#include <string>

namespace countersign {

/// Keeps an unlocked profile and the relay that its settings name together: made and asked on the session's
/// thread.
class RelayFollower : public QObject
{
    Q_OBJECT

public:
    using SourceMaker = std::function<Result<std::unique_ptr<RelaySource>>(
        const std::string& url, const std::string& inbox, SecretBytes token)>;

    explicit RelayFollower(QObject* parent) : QObject(parent) {}

    /// Until stop(), which database, vault and ingestor outlive. Tells failed() where there is no relay to
    /// follow.
    void follow(const SourceMaker& makeSource, Database& database, Vault& vault, Ingestor& ingestor);
    /// Takes in what waits at the relay now, then follows it again. NotFound where no relay is followed.
    void drain(Callback<void> done);
    void stop();

Q_SIGNALS:
    void pageIngested(const countersign::IngestReport& page);
    void contacted();
    void failed(const countersign::Error& error);
    void noticed(const countersign::Error& notice);

private:
    void start(Ingestor& ingestor);

    std::unique_ptr<RelaySource> m_source;
    std::unique_ptr<Synchronizer> m_synchronizer;
    Callback<void> m_drained;  ///< while it is drained
};

}  // namespace countersign
