#pragma once

#include "core/base/Clock.h"
#include "core/base/Result.h"
#include "core/base/SecretBytes.h"

#include <string>

namespace countersign::sandbox {

/// The root CA of the simulated enclave: key and self-signed certificate. A console that trusts AWS's root
/// would never trust a simulated enclave, so the sandbox makes a root of its own and prints it; a profile
/// made for the sandbox trusts that one instead.
struct EnclaveRoot
{
    SecretBytes privateKeyPem;   ///< PKCS#8 PEM, unencrypted
    std::string certificatePem;  ///< self-signed CA, ECDSA P-384 with SHA-384 like the AWS Nitro root

    /// Valid from a day before now for ten years; its subject says that it is simulated.
    static Result<EnclaveRoot> generate(UnixMillis now);
};

}  // namespace countersign::sandbox
