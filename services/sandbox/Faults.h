#pragma once

#include "core/base/Result.h"
#include "core/base/encoding/Json.h"

#include <array>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

namespace countersign::sandbox {

/// Of the call that opens a room.
enum class SigningFault {
    ErrorEvent,       ///< an error event instead of a room
    ErrorAfterRoom,   ///< room_created, then an error event: the ceremony is dead
    PlainJson,        ///< the room as plain JSON (the documentation's sample), no stream
    Silence,          ///< an event stream without events
    EndWithoutEvent,  ///< an event stream that ends at once
    HalfEvent,        ///< an event stream that ends within room_created, before its blank line
    Http500,
    Http429,
    Drop,       ///< the connection is cut within room_created
    SplitUtf8,  ///< two chunks that part within a character
    Crlf,       ///< lines end with CR LF, and a comment line comes first
};

/// Of the enclave. Up to ShortCiphertext they strike at the handshake, from WrongSignature on at signing, the
/// last three at either.
enum class EnclaveFault {
    NoAttestation,
    WrongPcr,
    ZeroPcrs,  ///< as an enclave in debug mode
    WrongNonce,
    WrongUserData,
    OldDocument,   ///< made ten minutes ago
    WrongRoot,     ///< the chain ends in another root
    ExpiredChain,  ///< the enclave's certificate is out of date
    BadSignature,  ///< of the document
    EmptyConnectionId,
    WrongCiphertext,  ///< another secret than the client gets out of it
    ShortCiphertext,
    WrongSignature,    ///< a well-formed signature of another key; none is issued
    HighS,             ///< ECDSA with s above half of the order
    NoSignature,       ///< a response with neither signature nor error
    DropWhileSigning,  ///< the connection is cut before a signature is made
    DropAfterSigning,  ///< … after it was made and recorded
    Error,             ///< the response carries an error (at the handshake: an error frame)
    ErrorFrame,        ///< a frame of type "error"
    Silence,
    ForeignRequestId,
    NotJson,
    Close1001,
};

/// Of the calls that end delegations; the last four strike at the bulk call alone.
enum class RevocationFault {
    Http401,
    Http403,
    Http404,
    Http422,
    Http429,
    Http500,
    Drop,          ///< the connection is cut, and nothing was done
    LostAnswer,    ///< it was done, and then the connection is cut
    Delay,         ///< the answer comes after 3 s
    LeaveOut,      ///< it is done, and every second wallet is missing in the answer
    OnlyFailed,    ///< nothing is done, and the answer says "failed" of each wallet, without a status
    SaysNotFound,  ///< nothing is done, and the answer says "not found" of each wallet
    NotJson,       ///< it is done, and the answer is no JSON
};

/// The calls of consoles that inspect, each with a fault of its own.
enum class InspectionCall { Wallet, User, Settings, Keys, Webhooks, Messages, Event, Token, Redeliver };
inline constexpr std::size_t inspectionCalls = 9;

/// Of these calls.
enum class InspectionFault {
    Http401,
    Http403,
    Http404,
    Http422,
    Http429,
    Http500,
    Drop,        ///< the connection is cut, and nothing was done
    LostAnswer,  ///< it was done, and then the connection is cut
    Delay,       ///< the answer comes after 3 s
    NotJson,     ///< it was done, and the answer is no JSON
    Duplicate,   ///< lists have each entry twice
    Reorder,     ///< lists run backwards
};

/// Of the delivery of a webhook message.
enum class WebhookFault {
    Lose,        ///< never sent, and taken for delivered
    Drop,        ///< not sent; it is tried again
    LostAnswer,  ///< sent, and taken for not answered; it is tried again
    Delay,       ///< sent 3 s later
    Reorder,     ///< sent half a second later, so that others overtake it
    Duplicate,   ///< sent twice
};

/// What strikes, and how often still.
template <typename Fault>
struct PlannedFault
{
    Fault fault;
    int times;
};

/// Fault injection: planned faults of signing, revoking and inspecting calls, of webhooks and of the enclave.
/// A console must be shown what a service does on bad days, on demand and for a counted number of times. Not
/// kept over a restart. Thread-safe.
class Faults
{
public:
    enum class Phase { Handshake, Signing };

    /// {"signMessage": "…"|null, "enclave": "…"|null, "revoke": "…"|null, "webhook": "…"|null, and by their
    /// names those of inspection (wallet, user, settings, keys, webhooks, messages, event, token, redeliver),
    /// "times": 1 to 1000 (default 1)}: what is named is set, null clears, what is absent stays.
    /// InvalidInput; nothing is changed then.
    Status set(std::string_view body);
    /// What is set and how often it still strikes.
    Json toJson() const;

    std::optional<SigningFault> takeSigning();
    /// bulk: of the call for several wallets; a fault of that call alone waits for it.
    std::optional<RevocationFault> takeRevocation(bool bulk);
    std::optional<InspectionFault> takeInspection(InspectionCall call);
    std::optional<WebhookFault> takeWebhook();
    /// Only a fault of this phase is used up.
    std::optional<EnclaveFault> takeEnclave(Phase phase);

private:
    mutable std::mutex m_mutex;
    std::optional<PlannedFault<SigningFault>> m_signing;
    std::optional<PlannedFault<RevocationFault>> m_revocation;
    std::optional<PlannedFault<EnclaveFault>> m_enclave;
    std::optional<PlannedFault<WebhookFault>> m_webhook;
    std::array<std::optional<PlannedFault<InspectionFault>>, inspectionCalls> m_inspection;
};

}  // namespace countersign::sandbox
