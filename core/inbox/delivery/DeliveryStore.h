#pragma once

#include "core/base/Clock.h"
#include "core/crypto/envelopes/WebhookSignature.h"
#include "core/crypto/primitives/Sha256.h"
#include "core/inbox/delivery/DeliveryCatalog.h"
#include "core/inbox/delivery/WebhookEvent.h"
#include "core/inbox/source/Feed.h"
#include "core/vault/database/Database.h"

#include <utility>
#include <vector>

namespace countersign {

/// Why a delivery waits for mending. code as in the schema: signature, unreadable, environment,
/// undecryptable, conflict.
struct QuarantineReason
{
    std::string code;
    std::string cause;   ///< what is wrong and what would mend it: of DeliveryCauses, or a sentence
    std::string detail;  ///< precise, English, no secret
};

/// What was decided about a delivery.
struct Judgement
{
    Verdict verdict = Verdict::Unknown;
    std::string reason;  ///< shown beside the verdict: of DeliveryCauses, or a sentence; may be empty
    std::optional<QuarantineReason> quarantine;  ///< exactly when verdict is Quarantined
    bool isUnverified = false;  ///< no valid signature vouches for it: it is kept within limits only
};

struct NewDelivery
{
    std::int64_t sourceId = 0;
    std::int64_t seq = 0;
    std::string_view kind;
    UnixMillis receivedAt = 0;
    UnixMillis storedAt = 0;
    std::string headersJson;
    BytesView body;
    Sha256Digest bodyHash{};               ///< of the body as it came
    std::optional<UnixMillis> redactedAt;  ///< its ciphertexts were blanked before it was stored
    bool isReadAgain = false;              ///< a repeat is not stored: the feed was read before
};

/// A delivery that is here already.
struct KnownEntry
{
    std::int64_t deliveryId = 0;
    std::optional<std::int64_t> quarantineId;  ///< where it waits
};

/// A delivery in quarantine as it is taken up again.
struct WaitingDelivery
{
    /// False when the body was not kept, or was blanked so that its signature can never verify again.
    bool canBeRetried = true;
    bool isGenuine = true;  ///< it was correctly signed when it was judged last
    std::int64_t quarantineId = 0;
    std::int64_t deliveryId = 0;
    std::string kind;
    std::string reasonCode;
    UnixMillis receivedAt = 0;
    HeaderFields headers;
    Bytes body;
};

/// What one turn of retrying takes at most: signing goes on in between.
inline constexpr int retrySliceDeliveries = 16;
inline constexpr std::int64_t retrySliceBytes = 1024 * 1024;

/// What tells two events with one id apart.
struct EventFacts
{
    std::string name;
    UnixMillis at = 0;
    std::optional<std::string> walletId;
    std::string quarantineCode;  ///< empty when the event was taken

    bool describes(const WebhookEvent& event) const;
};

/// The write side of the tables of feeds, deliveries, taken events and quarantine. Everything but addSource,
/// noteContact and noteFailure runs inside the caller's transaction or as a single read.
class DeliveryStore
{
public:
    explicit DeliveryStore(Database& database) : m_database(database) {}

    struct Source
    {
        std::int64_t id = 0;
        std::int64_t cursor = 0;
        std::string identity = {};
        std::string history = {};
        bool isReadAgain = false;  ///< an earlier reading of the same feed was ended
    };
    Result<std::optional<Source>> source(const std::string& url, const std::string& inbox);
    Status addSource(const std::string& url, const std::string& inbox);
    /// False when the cursor is not at `from` any more. The identity stays where none is told.
    Result<bool> moveCursor(std::int64_t sourceId, std::int64_t from, const FeedPosition& to);
    /// This reading is over; the next one begins at 0.
    Status endReading(const std::string& url, const std::string& inbox, UnixMillis now);
    Status noteContact(const std::string& url, const std::string& inbox, UnixMillis now);
    Status noteFailure(const std::string& url, const std::string& inbox, const std::string& sentence);

    /// An entry of an earlier reading of the same feed: same kind, same body, same signature. One that was
    /// dropped from the quarantine does not count: it may be what the sender sends once more.
    Result<std::optional<KnownEntry>> knownEntry(const NewDelivery& delivery);
    /// Whether so many genuine deliveries with this body are here that one more tells nothing: whoever can
    /// read a feed can also repeat what was signed, for ever. Those that were dropped do not count.
    Result<bool> isKeptOften(std::string_view kind, const Sha256Digest& bodyHash);

    /// Returns the row's id. event: nothing when the body was not read.
    Result<std::int64_t> insert(const NewDelivery& delivery, const WebhookEvent* event,
                                const Judgement& judgement);
    /// Judges a stored delivery anew.
    Status judge(std::int64_t deliveryId, const WebhookEvent* event, const Judgement& judgement);

    /// The event as it was taken, else as it waits in quarantine in another delivery than this one.
    Result<std::optional<EventFacts>> knownEvent(std::string_view eventId, std::int64_t exceptDeliveryId);
    Result<bool> isTaken(std::string_view eventId);
    Status markTaken(std::string_view eventId, std::int64_t deliveryId, UnixMillis now);

    Status putQuarantine(std::int64_t deliveryId, const QuarantineReason& reason, UnixMillis now);
    /// After another try that failed; true when the row was there.
    Result<bool> renewQuarantine(std::int64_t deliveryId, const QuarantineReason& reason, UnixMillis now);
    Status dropQuarantine(std::int64_t deliveryId);
    /// All deliveries of an event leave the quarantine with this verdict, but this one.
    Status resolveEvent(std::string_view eventId, std::int64_t exceptDeliveryId, Verdict verdict,
                        const std::string& reason);
    Result<bool> isWaiting(std::int64_t quarantineId);
    /// A genuine delivery that an operator dropped: it stays among the events, and is known to be dropped, so
    /// that a repeat of it is no repeat.
    Status settleDropped(std::int64_t deliveryId, const std::string& reason);
    /// Nothing when it was settled or dropped.
    Result<std::optional<WaitingDelivery>> waiting(std::int64_t quarantineId);
    /// Which of the deliveries in quarantine can be tried again are next, behind one and up to another, and
    /// no more of them than one turn should take.
    struct Slice
    {
        std::vector<std::int64_t> quarantineIds;  ///< empty: there are no more
        std::int64_t bytes = 0;
    };
    Result<Slice> nextWaiting(std::int64_t after, std::int64_t last);
    /// Statements about a job that was not here when they came, and is now: at most retrySliceDeliveries.
    Result<std::vector<std::int64_t>> waitingForJobsThatCame();
    struct Waiting
    {
        std::int64_t count = 0;
        std::int64_t last = 0;  ///< the newest quarantine id
    };
    Result<Waiting> countWaiting();

    /// Whether the delegation that came with this event is over.
    Result<bool> isEnded(std::string_view eventId);
    /// The delegation that came with this event is over: the ciphertexts in its deliveries are blanked, since
    /// the RSA key could still open them; what waits in quarantine for it (but in this delivery) leaves, and
    /// a redelivery is a repeat.
    Status closeEvent(std::string_view eventId, std::int64_t exceptDeliveryId, const std::string& reason,
                      UnixMillis now);
    /// Blanks the ciphertexts of one delivery.
    Status redact(std::int64_t deliveryId, UnixMillis now);
    Status redactEvent(std::string_view eventId, UnixMillis now);
    /// The repeats of a dropped delivery whose event was not taken and waits nowhere else.
    Status redactRepeats(std::int64_t deliveryId, UnixMillis now);
    /// Whether anything was blanked since the last call.
    bool takeRedacted() { return std::exchange(m_redacted, false); }

private:
    Database& m_database;
    bool m_redacted = false;
};

/// Array of [name, value], and back; what is no such array is empty.
std::string headersToJson(const HeaderFields& headers);
HeaderFields headersFromJson(const std::string& text);

}  // namespace countersign
