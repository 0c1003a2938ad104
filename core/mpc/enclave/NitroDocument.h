#pragma once

#include "core/base/Bytes.h"
#include "core/base/Clock.h"
#include "core/base/Result.h"

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace countersign {

/// An AWS Nitro attestation document: what a Nitro hypervisor says of an enclave. It is read and bounded by
/// AWS's specification of the document, before anything in it is believed.
struct NitroDocument
{
    std::string moduleId;
    UnixMillis timestamp = 0;
    std::map<std::uint8_t, Bytes> pcrs;  ///< 1 to 32 of 32, 48 or 64 bytes, all of one length
    Bytes certificate;                   ///< DER; its key signs the document
    std::vector<Bytes> bundle;           ///< DER, the root first
    std::optional<Bytes> publicKey;      ///< what the enclave asked to have signed: absent when null
    std::optional<Bytes> userData;
    std::optional<Bytes> nonce;
};

/// The payload of the COSE_Sign1 message, CBOR. Refused, too: a key twice, an unknown key, a missing one of
/// the six mandatory ones, bytes behind the map. The Error's detail says which rule was broken; its code is
/// InvalidInput.
Result<NitroDocument> parseNitroDocument(BytesView payload);

}  // namespace countersign
