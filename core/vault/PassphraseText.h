#pragma once

#include "core/base/SecretBytes.h"

namespace countersign {

/// A passphrase as it is stretched: without a byte-order mark (U+FEFF) at its beginning, and in Unicode's
/// normalization form NFKC, as NIST SP 800-63B says, so that the same text typed on another keyboard, or
/// saved by another editor, is the same passphrase. What is no UTF-8, is empty but for the mark, or has
/// characters that the library does not know (their form may change with its next version), stays as it is.
///
/// All of it happens in guarded memory that is wiped; no copy is in a string of Qt's or on the heap.
SecretBytes normalisedPassphrase(const SecretBytes& raw);

}  // namespace countersign
