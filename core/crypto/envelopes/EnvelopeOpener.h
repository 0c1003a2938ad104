#pragma once

#include "core/base/Result.h"
#include "core/base/SecretBytes.h"
#include "core/crypto/envelopes/HybridEnvelope.h"
#include "core/crypto/keys/RsaPrivateKey.h"

#include <string>
#include <string_view>
#include <vector>

namespace countersign {

struct EnvelopeKey
{
    std::string kid;  ///< the operator's or Dynamic's id of the key; unique in a list
    RsaPrivateKey key;
};

struct OpenedEnvelope
{
    SecretBytes plaintext;
    std::string kid;  ///< which key opened it
};

/// Decrypts hybrid envelopes with whichever of several RSA keys fits. Keys rotate, the share's envelope
/// carries no kid in practice, and both envelopes of one delegation need not use the same key (protocol
/// reference §2.2 and §2.6). It finds the key. Immutable, so that any number of threads may open envelopes
/// with one object.
class EnvelopeOpener
{
public:
    explicit EnvelopeOpener(std::vector<EnvelopeKey> keys) : m_keys(std::move(keys)) {}

    /// Tries the key that the envelope's kid names (else the one that preferredKid names, usually the other
    /// envelope's kid), then every other in order. On failure DecryptionFailed as from openEnvelope; detail
    /// says which kid is missing, how many keys were tried and what each said. Keys of another length cost
    /// nothing.
    Result<OpenedEnvelope> open(const HybridEnvelope& envelope, std::string_view preferredKid = {}) const;

    bool hasKey(std::string_view kid) const;
    std::size_t size() const { return m_keys.size(); }

private:
    std::vector<EnvelopeKey> m_keys;
};

}  // namespace countersign
