#pragma once

#include "services/relay/RelayDatabase.h"
#include "services/relay/RelayStore.h"

#include <SQLiteCpp/Database.h>

#include <filesystem>

namespace countersign {

/// Why this class exists: one relay needs no database server. WAL lets readers and other processes (the
/// command line) work beside the writer; synchronous=FULL makes a commit mean that the bytes are on disk.
class SqliteRelayStore final : public RelayStore
{
public:
    /// A new file gets mode 0600, because it can hold webhook secrets.
    static Result<std::unique_ptr<SqliteRelayStore>> open(const std::filesystem::path& file, OpenMode mode);

    Result<InboxRecord> createInbox(const std::string& name, const SecretBytes& webhookSecret,
                                    UnixMillis now) override;
    Result<std::vector<InboxRecord>> inboxes() override;
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
    Result<JobStatus> findJob(InboxId inbox, const std::string& jobId) override;
    Status probeWrite(UnixMillis now) override;

private:
    explicit SqliteRelayStore(const std::filesystem::path& file);
    void configure();
    void bumpDirectory();

    SQLite::Database m_database;
};

}  // namespace countersign
