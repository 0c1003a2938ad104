#pragma once

#include "core/inbox/Feed.h"
#include "core/inbox/Ingestor.h"
#include "core/inbox/Synchronizer.h"
#include "core/vault/RootKeyStore.h"
#include "core/vault/Vault.h"

#include <atomic>

namespace countersign {

/// What the composition root decides about a session.
struct SessionParts
{
    ProfilePaths paths;
    const Clock* clock = nullptr;
    /// Called on the session's thread.
    std::function<std::shared_ptr<RootKeyStore>()> rootKeys;
    /// Called on the session's thread after unlocking.
    std::function<Result<std::unique_ptr<RelaySource>>(const std::string& url, const std::string& inbox,
                                                       SecretBytes token)>
        relaySource;
};

/// Why this class exists: everything of a profile that may wait (keychain, key derivation, network, RSA,
/// writes) happens on one thread of its own. ProfileSession makes it, moves it there and speaks to it by
/// queued calls only; all its signals arrive queued.
class SessionWorker : public QObject
{
    Q_OBJECT

public:
    explicit SessionWorker(SessionParts parts);
    ~SessionWorker() override;

    void open();
    /// An empty passphrase for profiles without one.
    void unlock(SecretBytes passphrase);
    /// A file's content (one trailing newline dropped), "-" for standard input.
    void unlockFromFile(const QString& file);
    void lock();
    void retry(std::int64_t quarantineId);
    void retryAll();
    /// From any thread: a retryAll ends after the delivery under way while this is set.
    void setRetryCancelled(bool cancelled) { m_cancelRetry = cancelled; }

Q_SIGNALS:
    void opened(const countersign::ProfileInfo& info);
    void openFailed(const countersign::Error& error);
    void unlocked();
    void unlockFailed(const countersign::Error& error);
    void pageIngested(const countersign::IngestReport& page);
    void contacted();
    void feedFailed(const countersign::Error& error);
    void retryProgress(qint64 done, qint64 total);
    void retryFinished(const countersign::IngestReport& report);
    void retryFailed(const countersign::Error& error);

private:
    void report(const Result<IngestReport>& result);
    Status prepare();
    void follow();
    void stopFollowing();

    SessionParts m_parts;
    std::shared_ptr<Vault> m_vault;
    std::unique_ptr<Database> m_database;
    std::unique_ptr<Ingestor> m_ingestor;
    std::unique_ptr<RelaySource> m_source;
    std::unique_ptr<Synchronizer> m_synchronizer;
    std::atomic<bool> m_cancelRetry = false;
};

}  // namespace countersign
