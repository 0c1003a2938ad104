#pragma once

#include "core/base/Bytes.h"

#include <optional>

namespace countersign {

/// Longest attestation document looked at, in bytes; real ones are below 6 KiB.
inline constexpr std::size_t attestationMaxBytes = 16 * 1024;

/// A COSE_Sign1 message (RFC 9052 §4.2), as which Nitro documents are signed. The signature covers the bytes
/// of header and payload as they came, so these are kept and never encoded anew.
struct CoseSign1
{
    Bytes protectedHeader;  ///< as signed
    Bytes payload;
    Bytes signature;  ///< r ‖ s, 96 bytes
};

/// Tagged (18) or not; the protected header is {1: −35} (ES384) and nothing else, the unprotected one is
/// empty, nothing follows. Nothing otherwise.
std::optional<CoseSign1> parseCoseSign1(BytesView bytes);

/// The "Signature1" structure (RFC 9052 §4.4) that is signed, without external data.
Bytes coseToBeSigned(const CoseSign1& message);

}  // namespace countersign
