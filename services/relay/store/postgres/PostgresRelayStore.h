#pragma once

#include "services/relay/store/RelayDatabase.h"
#include "services/relay/store/RelayStore.h"
#include "services/relay/store/postgres/PostgresConnection.h"

#include <chrono>

namespace countersign::relay {

/// The relay's store in PostgreSQL. Several relays behind a load balancer need one store, and the promises of
/// one relay with its file: an answer after the commit is on disk, numbers without gaps that appear in their
/// order, one winner of a claim. When the server goes away every call fails until it is back; then the next
/// one connects anew.
class PostgresRelayStore final : public RelayStore
{
public:
    static Result<std::unique_ptr<PostgresRelayStore>> open(PostgresConnectionInfo target, OpenMode mode);

    Result<InboxRecord> createInbox(const std::string& name, const SecretBytes& webhookSecret,
                                    UnixMillis now) override;
    Result<std::vector<InboxRecord>> inboxes() override;
    Status setWebhookSecret(const std::string& inbox, const SecretBytes& webhookSecret) override;
    Result<TokenRecord> addToken(const std::string& inbox, TokenRole role, BytesView hash,
                                 UnixMillis now) override;
    Result<std::vector<TokenRecord>> tokens() override;
    Status revokeToken(const std::string& id, UnixMillis now) override;
    Result<std::int64_t> directoryVersion() override;
    Result<DirectoryContents> directory() override;
    Result<std::vector<std::int64_t>> append(std::span<const NewEntry> entries) override;
    Result<EntryPage> read(InboxId inbox, std::int64_t after, std::size_t limit,
                           std::size_t maxBytes) override;
    Result<std::vector<JobAnswer>> changeJobs(std::span<const JobChange> changes) override;
    Result<JobStatus> findJob(InboxId inbox, const std::string& jobId, const std::string& submitter) override;
    Status noteConsumers(std::span<const ConsumerPosition> positions) override;
    Result<Removed> removeOld(const Retention& retention) override;
    /// Also that the server still syncs its commits (fsync can be switched off while it runs).
    Status probeWrite(UnixMillis now) override;

private:
    explicit PostgresRelayStore(PostgresConnectionInfo target) : m_target(std::move(target)) {}
    Status connect(OpenMode mode);
    Status ensureConnected();

    template <typename T>
    using Work = std::function<Result<T>(PostgresConnection&)>;
    /// Runs work on a living connection; once more when the connection turned out to be gone and nothing can
    /// have been committed.
    template <typename T>
    Result<T> attempt(const Work<T>& work);
    /// Work between BEGIN and COMMIT.
    template <typename T>
    Result<T> transaction(const Work<T>& work);
    Result<PostgresRows> select(const char* sql, const std::vector<PostgresValue>& values = {});

    PostgresConnectionInfo m_target;
    std::unique_ptr<PostgresConnection> m_connection;
    Status m_lastAttempt;
    std::chrono::steady_clock::time_point m_nextAttempt;
};

}  // namespace countersign::relay
