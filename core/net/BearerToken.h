#pragma once

#include "core/base/SecretBytes.h"

namespace countersign {

/// The value of an Authorization header with this token (RFC 6750 §2.1): "Bearer …".
SecretBytes bearerToken(const SecretBytes& token);

}  // namespace countersign
