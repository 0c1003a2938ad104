#pragma once

#include "core/base/Clock.h"
#include "core/base/Result.h"
#include "core/base/SecretBytes.h"

#include <string>

namespace countersign::sandbox {

class SettingsStore;

/// The ids, credentials and enclave trust of the simulated environment. A console is set up once for an
/// environment, so they are made at the first start and are the same ever after.
struct SandboxIdentity
{
    std::string environmentId;
    std::string webhookId;
    SecretBytes apiToken;       ///< "dyn_" and 56 letters and digits
    SecretBytes webhookSecret;  ///< the HMAC key is the whole text (protocol reference §1.1)
    std::string enclaveRootPem;
    std::string enclavePcr8;  ///< 48 bytes as lower-case hex

    /// Reads them, making and storing what is missing. The caller brings the transaction.
    static Result<SandboxIdentity> loadOrCreate(SettingsStore& settings, UnixMillis now);
};

/// "dyn_" and 56 random letters and digits: what tokens, webhook secrets and wallet API keys of the sandbox
/// look like, as Dynamic's tokens do.
SecretBytes randomCredential();

}  // namespace countersign::sandbox
