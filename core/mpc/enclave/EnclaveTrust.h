#pragma once

#include "core/base/Bytes.h"

#include <string>

// The trust anchors for Nitro enclaves: root certificate and PCR8. What the console believes of an enclave is
// these two facts, and they are the same for every ceremony.

namespace countersign {

/// rootPem: the one certificate that attestation chains must begin with, byte for byte.
/// pcr8: the measurement of the certificate that signed the enclave's image, 48 bytes. It authenticates who
/// built the image, not one version of it (protocol reference §7.5).
struct EnclaveTrust
{
    std::string rootPem;
    Bytes pcr8;
};

/// AWS's root for Nitro enclaves, "CN=aws.nitro-enclaves, C=US, O=Amazon, OU=AWS", valid 2019-10-28 to
/// 2049-10-28; SHA-256 of its DER is 641a0321a3e244efe456463195d606317ed7cdcc3c1756e09893f3c68f79bb5b, as AWS
/// publishes it (docs.aws.amazon.com/enclaves/latest/user/verify-root.html).
const std::string& awsNitroRootPem();

/// Dynamic's enclaves (protocol reference §7.5): that root and the PCR8 of the environment.
EnclaveTrust dynamicProductionTrust();
EnclaveTrust dynamicPreProductionTrust();

}  // namespace countersign
