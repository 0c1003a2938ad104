#pragma once

#include "core/base/Clock.h"
#include "core/base/encoding/Json.h"
#include "core/dynamic/InspectionApi.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace countersign {

/// The scope that a token of ours is for (protocol reference §6.1).
inline constexpr std::string_view signMessageScope = "waas.delegatedAccess.signMessage";

/// What was asked for, or why it could not be read.
template <typename T>
struct Answer
{
    std::optional<T> value;
    std::string why;  ///< a sentence, in the operator's language of then; empty where there is a value

    bool operator==(const Answer&) const = default;
};

/// An RSA key to which Dynamic encrypts (protocol reference §2.6).
struct RegisteredKey
{
    std::string kid;
    std::string status;        ///< "pending", "active", "revoked", or another word of Dynamic's
    std::string fingerprint;   ///< as KeyInfo has it; empty: its public key could not be read
    UnixMillis createdAt = 0;  ///< 0: not told
    UnixMillis expiresAt = 0;  ///< 0: none, or not told

    bool operator==(const RegisteredKey&) const = default;
};

/// Two clocks of one moment: Dynamic's (its Date header, whole seconds) and ours, when the answer came.
struct ClockReading
{
    UnixMillis theirs = 0;
    UnixMillis ours = 0;

    bool operator==(const ClockReading&) const = default;
};

/// The newest answers about the environment (`dynamic check`), each by itself: one that Dynamic refuses
/// leaves the others. What they mean is for whoever judges them.
struct EnvironmentCheck
{
    UnixMillis checkedAt = 0;
    std::string environmentId;
    Answer<DelegatedAccessSettings> delegatedAccess;
    Answer<std::vector<RegisteredKey>> keys;
    Answer<std::vector<RegisteredWebhook>> webhooks;
    /// The webhook whose deliveries come here: of the newest verified delivery, else setting dynamic.webhook.
    /// Empty: neither tells.
    std::string webhookId;
    Answer<std::vector<std::string>> scopes;  ///< of the API token
    Answer<ClockReading> clock;

    /// Among webhooks; null: not known, or not registered.
    const RegisteredWebhook* ourWebhook() const;

    bool operator==(const EnvironmentCheck&) const = default;
};

Json toJson(const EnvironmentCheck& check);
/// Strict and bounded, since whoever can write the profile's file may have written it. Nothing where a member
/// is missing, of another type or too long.
std::optional<EnvironmentCheck> environmentCheckFrom(std::string_view text);

}  // namespace countersign
