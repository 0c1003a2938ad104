#pragma once

#include "core/base/encoding/JsonIntegers.h"
#include "core/signing/job/Job.h"

namespace countersign {

/// Longest job document, in bytes. A DSSE envelope of the relay's limit (256 KiB of base64) holds less.
inline constexpr std::size_t jobDocumentMaxBytes = 192 * 1024;

/// How long a job waits that says nothing about it: an old approval is the classic exploit.
inline constexpr UnixMillis defaultJobLifetime = 24LL * 60 * 60 * 1000;

/// What a submitter wrote (design.md §7), read and not yet judged: wallet and payload are looked at later.
struct JobDocument
{
    std::string wallet;  ///< wallet id or address
    JobKind kind = JobKind::EvmMessage;
    Json payload;  ///< an object, its integers kept (parseJsonKeepingIntegers)
    bool broadcast = false;
    std::string reason;
    std::optional<UnixMillis> expiresAt;
    std::string submitter;  ///< a remark; who signed the envelope is the submitter
    std::string domain;     ///< who asks for a sign-in, compared with what the message says; empty: not told
};

/// Strict and bounded:
/// {"wallet","kind","payload","broadcast"?,"reason"?,"expiresAt"?,"submitter"?,"domain"?}. A member that is
/// not known is refused, because a misspelt one ("brodcast") must not change what is signed; null counts as
/// absent. broadcast only with transactions. InvalidInput, naming the member.
Result<JobDocument> parseJobDocument(BytesView document);

/// Lower-case hex of SHA-256 of the document's bytes (design.md §5).
std::string jobIdOf(BytesView document);

}  // namespace countersign
