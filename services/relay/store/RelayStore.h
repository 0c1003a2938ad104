#pragma once

#include "core/base/Bytes.h"
#include "core/base/Clock.h"
#include "core/base/Result.h"
#include "core/base/SecretBytes.h"
#include "services/relay/store/FeedHead.h"
#include "services/relay/store/RelayJobs.h"
#include "services/relay/store/RelayToken.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace countersign::relay {

/// What kinds of entries a feed carries. Jobs have their own kinds (RelayJobs.h), so that the feed's readers
/// need no other table.
inline constexpr std::string_view webhookEntryKind = "webhook";

/// How much of an inbox's deliveries is kept, in bytes as entryCost counts them: what has the inbox's
/// signature has room of its own, which nobody else can use up.
struct FeedQuota
{
    std::int64_t signedBytes = 2LL * 1024 * 1024 * 1024;
    std::int64_t strangerBytes = 256LL * 1024 * 1024;
};

/// What append() answers instead of a number.
inline constexpr std::int64_t noSuchInbox = 0;
inline constexpr std::int64_t noRoomInInbox = -1;

/// What is to be stored: bytes and selected headers, as they came.
struct NewEntry
{
    InboxId inbox = 0;
    std::string kind{webhookEntryKind};
    UnixMillis receivedAt = 0;
    bool verified = false;  ///< signed with the inbox's webhook secret, as far as the relay knows one
    std::string headersJson;
    std::string body;
    FeedQuota quota;
};

struct StoredEntry
{
    std::int64_t seq = 0;
    std::string kind;
    UnixMillis receivedAt = 0;
    std::string headersJson;
    std::string body;
    FeedHead head{};  ///< the feed's, with this entry
};

struct EntryPage
{
    std::vector<StoredEntry> entries;
    std::int64_t head = 0;   ///< the inbox's last seq; 0 when nothing was ever stored
    std::int64_t first = 1;  ///< the smallest seq that is still there
    /// The feed's head at the cursor that was asked from; nothing when retention has removed that entry.
    std::optional<FeedHead> headAtCursor;
};

/// What a consumer's token has read of its inbox.
struct ConsumerPosition
{
    std::string token;  ///< relayTokenId
    std::int64_t seq = 0;
};

/// What may go from the beginning of feeds. Without upTo: entries that every consumer's token of their inbox
/// has passed (tokens that are not revoked; none: nothing may go) and that came before the given time.
struct Retention
{
    UnixMillis before = 0;
    std::string inbox;             ///< its name; empty: every inbox
    std::int64_t upTo = 0;         ///< an operator's word instead: these, whoever has read them. Needs inbox
    std::size_t maxEntries = 500;  ///< per inbox and call, so that no transaction is long
    std::int64_t maxBytes = 16 * 1024 * 1024;  ///< likewise; the entry that passes it goes too
};

struct Removed
{
    std::size_t entries = 0;
    std::size_t results = 0;  ///< of finished jobs
    bool mayBeMore = false;

    Removed& operator+=(const Removed& more)
    {
        entries += more.entries;
        results += more.results;
        mayBeMore = mayBeMore || more.mayBeMore;
        return *this;
    }
};

struct InboxRecord
{
    InboxId id = 0;
    std::string name;
    std::string feed;  ///< random, made with the inbox: tells a replaced database from the one before
    bool hasWebhookSecret = false;
    std::int64_t head = 0;
    UnixMillis createdAt = 0;
    std::int64_t first = 1;          ///< the smallest seq that is still there
    std::int64_t signedBytes = 0;    ///< see FeedQuota
    std::int64_t strangerBytes = 0;  ///< see FeedQuota
};

struct TokenRecord
{
    std::string id;  ///< relayTokenId
    std::string inbox;
    TokenRole role = TokenRole::Consumer;
    UnixMillis createdAt = 0;
    std::optional<UnixMillis> revokedAt;
    std::int64_t keptBytes = 0;  ///< of what it submitted or reported, see JobQuota
    std::int64_t position = 0;   ///< what it has read of its inbox
};

/// Everything that routing and authentication need, small enough to be kept in memory.
struct DirectoryContents
{
    struct Inbox
    {
        InboxId id = 0;
        std::string name;
        std::string feed;
        SecretBytes webhookSecret;  ///< empty when none was given
    };
    struct Token
    {
        Bytes hash;
        InboxId inbox = 0;
        TokenRole role = TokenRole::Consumer;
    };

    std::int64_t version = 0;
    std::vector<Inbox> inboxes;
    std::vector<Token> tokens;  ///< those not revoked
};

/// The relay's storage interface. The relay's contract is the same whether one relay keeps its entries in a
/// file or several share a server. One object is one connection and is used by one thread at a time; several
/// objects may be open on one store, in several processes. Errors: Storage (disk or database failed, also
/// full; the file is no longer where it was), Busy (locked too long), Corrupt (not a relay's database, or
/// newer than this program).
class RelayStore
{
public:
    RelayStore() = default;
    virtual ~RelayStore() = default;
    RelayStore(const RelayStore&) = delete;
    RelayStore& operator=(const RelayStore&) = delete;

    /// AlreadyExists when the name is taken. An empty secret means none.
    virtual Result<InboxRecord> createInbox(const std::string& name, const SecretBytes& webhookSecret,
                                            UnixMillis now) = 0;
    virtual Result<std::vector<InboxRecord>> inboxes() = 0;
    /// Instead of the one before. NotFound when there is no such inbox.
    virtual Status setWebhookSecret(const std::string& inbox, const SecretBytes& webhookSecret) = 0;

    /// hash: relayTokenHash. NotFound when there is no such inbox.
    virtual Result<TokenRecord> addToken(const std::string& inbox, TokenRole role, BytesView hash,
                                         UnixMillis now) = 0;
    virtual Result<std::vector<TokenRecord>> tokens() = 0;
    /// NotFound for an unknown id; revoking twice keeps the first time.
    virtual Status revokeToken(const std::string& id, UnixMillis now) = 0;

    /// Grows with every change to inboxes and tokens.
    virtual Result<std::int64_t> directoryVersion() = 0;
    virtual Result<DirectoryContents> directory() = 0;

    /// All entries in one transaction, on disk when it returns. The results are the sequence numbers in the
    /// given order: per inbox they grow by one without a gap and become visible in that order. noSuchInbox
    /// and noRoomInInbox (NewEntry::quota) for those that are not stored; the others are nevertheless. Each
    /// entry continues the feed's head (FeedHead).
    virtual Result<std::vector<std::int64_t>> append(std::span<const NewEntry> entries) = 0;

    /// Entries with seq > after in order, at most limit, and no more than maxBytes of bodies and headers (but
    /// always one, if there is any). NotFound when the inbox does not exist.
    virtual Result<EntryPage> read(InboxId inbox, std::int64_t after, std::size_t limit,
                                   std::size_t maxBytes) = 0;

    /// All changes in one transaction and in the given order, each seeing those before it, on disk when it
    /// returns; the answers are in the same order. What a job brings into the feed is numbered as append does
    /// it.
    virtual Result<std::vector<JobAnswer>> changeJobs(std::span<const JobChange> changes) = 0;

    /// NotFound when the inbox has no such job, or when the submitter (relayTokenId; empty: whoever may see
    /// all) has not posted it.
    virtual Result<JobStatus> findJob(InboxId inbox, const std::string& jobId,
                                      const std::string& submitter) = 0;

    /// Remembers what consumers have read; none goes back.
    virtual Status noteConsumers(std::span<const ConsumerPosition> positions) = 0;
    /// Removes what may go, in one transaction per inbox; the results of finished jobs too, once they are as
    /// old. NotFound when the named inbox does not exist.
    virtual Result<Removed> removeOld(const Retention& retention) = 0;

    /// Writes something and syncs it: whether append would work now.
    virtual Status probeWrite(UnixMillis now) = 0;
};

}  // namespace countersign::relay
