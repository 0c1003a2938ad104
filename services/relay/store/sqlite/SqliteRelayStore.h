#pragma once

#include "services/relay/store/RelayDatabase.h"
#include "services/relay/store/RelayStore.h"
#include "services/relay/store/sqlite/SqliteFiles.h"

#include <SQLiteCpp/Database.h>

#include <filesystem>
#include <optional>

namespace countersign::relay {

/// The relay's store in one SQLite file: one relay needs no database server. WAL lets readers and other
/// processes (the command line) work beside the writer; synchronous=FULL makes a commit mean that the bytes
/// are on disk. What is written counts only as long as the file is still the one that was opened.
class SqliteRelayStore final : public RelayStore
{
public:
    /// A new file gets mode 0600, because it can hold webhook secrets.
    static Result<std::unique_ptr<SqliteRelayStore>> open(const std::filesystem::path& file, OpenMode mode);

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
    Status probeWrite(UnixMillis now) override;

private:
    explicit SqliteRelayStore(const std::filesystem::path& file);
    void configure();
    void bumpDirectory();
    std::optional<FeedHead> headAt(InboxId inbox, std::int64_t seq, const EntryPage& page);
    /// What work does in one transaction, if the file is there before and after.
    template <typename T, typename Work>
    Result<T> change(const Work& work);

    SQLite::Database m_database;
    std::optional<SqliteFiles> m_files;
};

}  // namespace countersign::relay
