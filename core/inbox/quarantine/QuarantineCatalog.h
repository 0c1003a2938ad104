#pragma once

#include "core/base/Clock.h"
#include "core/vault/database/Database.h"

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace countersign {

/// Why deliveries wait, as quarantine.reason_code says it.
inline constexpr std::array<std::string_view, 8> quarantineReasons = {
    "signature", "unreadable", "environment", "undecryptable", "conflict", "submitter", "job", "operator"};

struct QuarantineItem
{
    std::int64_t id = 0;
    std::int64_t deliveryId = 0;
    std::string kind;
    std::optional<std::string> eventId;
    std::optional<std::string> eventName;
    std::optional<std::string> walletId;
    std::string reasonCode;
    std::string reason;
    std::string detail;
    UnixMillis receivedAt = 0;
    UnixMillis since = 0;
    std::optional<UnixMillis> lastRetryAt;
    std::int64_t retries = 0;
    bool isGenuine = true;     ///< correctly signed: only an operator ever takes it away
    bool isBodyKept = true;    ///< false: it was one of the oldest beyond the limit
    bool canBeRetried = true;  ///< its body is here as it came, as far as its signature is still needed
};

struct QuarantineFilter
{
    std::string text;    ///< event name, event id, wallet id, kind; substring, ASCII case ignored
    std::string reason;  ///< one of quarantineReasons, or a reason's whole sentence; empty: all
    std::optional<bool> isGenuine;
};

/// What is to be dropped: the named ones, or all that a filter finds up to the newest that the operator knew
/// of.
struct QuarantineSelection
{
    std::vector<std::int64_t> ids;
    QuarantineFilter filter;       ///< counts when ids are empty
    std::int64_t newest = 0;       ///< the newest of them; 0: whatever is there
    bool isGenuineSpared = false;  ///< only those that nothing vouches for
};

/// The read side of the quarantine's tables. A genuine delivery must be found among ten thousand forgeries,
/// so it filters, counts and pages by id in SQL, newest first, as DeliveryCatalog does.
class QuarantineCatalog
{
public:
    explicit QuarantineCatalog(Database& database) : m_database(database) {}

    Result<std::vector<std::int64_t>> ids(const QuarantineFilter& filter) const;
    Result<std::vector<QuarantineItem>> rows(std::span<const std::int64_t> ids) const;
    Result<std::vector<QuarantineItem>> firstRows(const QuarantineFilter& filter, int limit) const;

    struct Counts
    {
        std::int64_t waiting = 0;
        std::int64_t genuine = 0;   ///< of them
        std::int64_t bodiless = 0;  ///< of them: only what they were is still known, not their body
        std::int64_t notKept = 0;   ///< forgeries that had to go altogether, ever
    };
    Result<Counts> counts() const;

    /// What a drop of this selection would take.
    struct Selected
    {
        std::int64_t unverified = 0;
        std::int64_t genuine = 0;
        std::int64_t newest = 0;                   ///< its id
        std::vector<QuarantineItem> firstGenuine;  ///< newest first
    };
    Result<Selected> selected(const QuarantineSelection& selection, int firstGenuine) const;

private:
    Database& m_database;
};

/// The conditions of a selection over "quarantine q, delivery d, unverified u", and their values.
struct QuarantineConditions
{
    std::string sql;  ///< begins with " WHERE "
    std::vector<std::string> values;

    static QuarantineConditions of(const QuarantineFilter& filter);
    static QuarantineConditions of(const QuarantineSelection& selection);
    void bind(SQLite::Statement& statement) const;
};

/// What the conditions are about.
inline constexpr const char* quarantineTables =
    " FROM quarantine q JOIN delivery d ON d.id = q.delivery_id "
    "LEFT JOIN unverified u ON u.delivery_id = q.delivery_id";

}  // namespace countersign
