#pragma once

#include "core/base/Bytes.h"
#include "core/base/Clock.h"
#include "core/inbox/quarantine/QuarantineCatalog.h"
#include "core/vault/database/Database.h"

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace countersign {

/// As stored in delivery.verdict.
enum class Verdict { Applied, Duplicate, Stale, Unknown, Ping, Quarantined };
std::string_view toText(Verdict verdict);
std::optional<Verdict> verdictFrom(std::string_view text);

/// A row of the events page; headers and body are read for the selected one only.
struct Delivery
{
    std::int64_t id = 0;
    std::int64_t seq = 0;
    std::string kind;
    UnixMillis receivedAt = 0;
    UnixMillis storedAt = 0;
    Verdict verdict = Verdict::Unknown;
    std::string reason;
    std::optional<std::string> eventId;
    std::optional<std::string> messageId;
    std::optional<std::string> eventName;
    std::optional<UnixMillis> eventAt;
    std::optional<std::string> walletId;
    std::optional<std::string> userId;
    std::int64_t bodySize = 0;  ///< of one that was not kept: as it came
};

struct DeliveryContent
{
    std::string headersJson;  ///< array of [name, value], as received
    Bytes body;
    Bytes bodySha256;
    std::optional<UnixMillis> redactedAt;
    bool isBodyKept = true;  ///< false: nothing vouched for it, and it was beyond the limit
};

struct DeliveryFilter
{
    std::string text;  ///< event name, event id, wallet id, user id; substring, ASCII case ignored
    std::optional<Verdict> verdict;
    std::string walletId;
};

/// How the feed stands, for the liveness indicator.
struct FeedStatus
{
    std::string url;
    std::string inbox;
    std::int64_t cursor = 0;
    std::string identity = {};  ///< as in FeedPosition
    std::string history = {};
    std::optional<UnixMillis> lastContactAt;
    std::optional<std::string>
        lastError;  ///< for the operator, as it was written (the causes are no closed set)
};

/// The read side of the inbox's tables, for the events page and the command line. The same paging by id as
/// WalletCatalog, newest first.
class DeliveryCatalog
{
public:
    explicit DeliveryCatalog(Database& database) : m_database(database) {}

    Result<std::vector<std::int64_t>> ids(const DeliveryFilter& filter) const;
    Result<std::vector<Delivery>> rows(std::span<const std::int64_t> ids) const;
    Result<std::vector<Delivery>> firstRows(const DeliveryFilter& filter, int limit) const;
    Result<DeliveryContent> content(std::int64_t deliveryId) const;
    Result<std::int64_t> count() const;
    /// The newest thousand; QuarantineCatalog filters and pages.
    Result<std::vector<QuarantineItem>> quarantine() const;
    Result<std::int64_t> quarantineCount() const;
    /// Of relays.
    Result<std::vector<FeedStatus>> feeds() const;

private:
    Database& m_database;
};

}  // namespace countersign
