#pragma once

#include "core/base/Clock.h"
#include "core/base/encoding/Json.h"
#include "core/crypto/envelopes/Dsse.h"
#include "core/crypto/primitives/Sha256.h"

#include <optional>
#include <span>
#include <string>
#include <string_view>

// What the envelopes of all operators' statements have in common: a DSSE envelope with one signature, around
// a flat object of texts, in one form.

namespace countersign {

/// Longest envelope of a statement, in bytes of JSON: as the relay takes them (docs/relay.md).
inline constexpr std::size_t approvalMaxBytes = 16 * 1024;

/// An envelope in the one form that a statement has: white space, members that are not known and other
/// spellings of base64 make no other one, so that nobody can multiply a statement without its operator's key.
struct CanonicalEnvelope
{
    std::string json;
    Sha256Digest digest{};  ///< of json

    bool operator==(const CanonicalEnvelope&) const = default;
};
CanonicalEnvelope canonicalEnvelope(std::string_view payloadType, BytesView payload,
                                    const ed25519::PublicKey& key, BytesView signature);

/// payload signed with the seed, in that form. InvalidInput when the seed is not that of key, or when it is
/// longer than approvalMaxBytes.
Result<CanonicalEnvelope> signStatement(std::string_view payloadType, BytesView payload,
                                        const ed25519::PublicKey& key, const SecretBytes& seed);

/// An envelope of that type with exactly one signature, which is not verified. InvalidInput otherwise.
Result<DsseEnvelope> parseOperatorEnvelope(std::string_view json, std::string_view payloadType);

/// BadSignature unless key signed it; InvalidInput where key is none.
Status checkStatementSignature(const DsseEnvelope& envelope, const ed25519::PublicKey& key);

/// An object of nothing but these members, each a text. InvalidInput otherwise.
Result<Json> parseStatementPayload(BytesView payload, std::span<const char* const> members);

/// A member of it; empty where it is not there.
std::string statementText(const Json& payload, const char* member);

/// 64 lower-case hex digits as 32 bytes.
std::optional<Sha256Digest> statementHash(std::string_view text);

/// Which operator a statement names, and when they made it: "operator" and "at" of its payload.
struct StatementOrigin
{
    ed25519::PublicKey operatorKey{};  ///< 64 lower-case hex digits; any 32 bytes
    UnixMillis at = 0;                 ///< ISO 8601
};
/// InvalidInput where one of the two is missing or has another form.
Result<StatementOrigin> statementOrigin(const Json& payload);

/// InvalidInput: this is no operator's statement. detail: why, in English.
tl::unexpected<Error> noStatement(const QString& detail);
/// The same for one of its members.
tl::unexpected<Error> wrongStatementMember(const char* member);

}  // namespace countersign
