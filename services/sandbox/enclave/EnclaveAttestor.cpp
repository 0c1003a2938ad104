#include "services/sandbox/enclave/EnclaveAttestor.h"

#include "core/base/Random.h"
#include "core/base/encoding/Base64.h"
#include "core/base/encoding/Hex.h"
#include "core/crypto/primitives/Sha256.h"

#include <QByteArray>
#include <QCborStreamWriter>

#include <openssl/evp.h>

namespace countersign::sandbox {

namespace {

constexpr UnixMillis minute = 60'000;
constexpr UnixMillis hour = 60 * minute;
constexpr int pcrCount = 16;
constexpr std::size_t pcrBytes = 48;

QByteArray qBytes(BytesView bytes)
{
    return {reinterpret_cast<const char*>(bytes.data()), static_cast<qsizetype>(bytes.size())};
}

Bytes fromQt(const QByteArray& bytes)
{
    return toBytes(asBytes(std::string_view(bytes.constData(), static_cast<std::size_t>(bytes.size()))));
}

/// {1: -35}: ES384 (RFC 9053 §2.1).
QByteArray protectedHeader()
{
    QByteArray header;
    QCborStreamWriter writer(&header);
    writer.startMap(1);
    writer.append(1);
    writer.append(-35);
    writer.endMap();
    return header;
}

/// What is signed (RFC 9052 §4.4).
Bytes signatureStructure(const Bytes& payload)
{
    QByteArray structure;
    QCborStreamWriter writer(&structure);
    writer.startArray(4);
    writer.append(QLatin1String("Signature1"));
    writer.append(protectedHeader());
    writer.append(QByteArray());
    writer.append(qBytes(payload));
    writer.endArray();
    return fromQt(structure);
}

Bytes coseSign1(const Bytes& payload, const Bytes& signature)
{
    QByteArray document;
    QCborStreamWriter writer(&document);
    writer.startArray(4);
    writer.append(protectedHeader());
    writer.startMap(0);
    writer.endMap();
    writer.append(qBytes(payload));
    writer.append(qBytes(signature));
    writer.endArray();
    return fromQt(document);
}

}  // namespace

EnclaveAttestor::EnclaveAttestor(EnclaveRoot root, Bytes pcr8, const Clock& clock)
    : m_root(std::move(root)),
      m_pcr8(std::move(pcr8)),
      m_clock(clock),
      m_moduleId("i-sandbox-enc" + toHex(randomBytes(8)))
{}

Result<EnclaveChain> EnclaveAttestor::chainFor(std::optional<EnclaveFault> fault)
{
    const UnixMillis now = m_clock.now();
    if (fault == EnclaveFault::ExpiredChain) {
        return EnclaveChain::make(m_root, m_moduleId, {now - 3 * hour, now - 10 * minute});
    }
    if (fault == EnclaveFault::WrongRoot) {
        return EnclaveRoot::generate(now).and_then([&](const EnclaveRoot& other) {
            return EnclaveChain::make(other, m_moduleId, {now - hour, now + 2 * hour});
        });
    }
    if (!m_chain || now < m_chainMadeAt || now > m_chainMadeAt + hour) {
        ASSIGN_OR_RETURN(EnclaveChain chain,
                         EnclaveChain::make(m_root, m_moduleId, {now - hour, now + 2 * hour}));
        m_chain = std::move(chain);
        m_chainMadeAt = now;
    }
    return *m_chain;
}

/// Fixed for one enclave image: the others are derived from PCR8.
Bytes EnclaveAttestor::pcr(int index, std::optional<EnclaveFault> fault) const
{
    if (fault == EnclaveFault::ZeroPcrs) {
        return Bytes(pcrBytes, 0);
    }
    if (index == 8 && fault != EnclaveFault::WrongPcr) {
        return m_pcr8;
    }
    Bytes input = m_pcr8;
    input.push_back(static_cast<std::uint8_t>(index));
    Bytes value(pcrBytes);
    EVP_Digest(input.data(), input.size(), value.data(), nullptr, EVP_sha384(), nullptr);
    return value;
}

Bytes EnclaveAttestor::payload(const EnclaveChain& chain, BytesView nonce, BytesView ciphertext,
                               std::optional<EnclaveFault> fault) const
{
    const UnixMillis age = fault == EnclaveFault::OldDocument ? 10 * minute : 0;
    const Bytes otherNonce = randomBytes(nonce.size());
    const std::string nonceText = toBase64(fault == EnclaveFault::WrongNonce ? BytesView(otherNonce) : nonce);
    const auto binding = sha256(ciphertext);
    const std::string userData =
        toHex(fault == EnclaveFault::WrongUserData ? sha256(BytesView(binding)) : binding);
    QByteArray bytes;
    QCborStreamWriter writer(&bytes);
    writer.startMap(9);
    writer.append(QLatin1String("module_id"));
    writer.append(QLatin1String(m_moduleId.data(), static_cast<qsizetype>(m_moduleId.size())));
    writer.append(QLatin1String("digest"));
    writer.append(QLatin1String("SHA384"));
    writer.append(QLatin1String("timestamp"));
    writer.append(static_cast<quint64>(m_clock.now() - age));
    writer.append(QLatin1String("pcrs"));
    writer.startMap(pcrCount);
    for (int index = 0; index < pcrCount; ++index) {
        writer.append(index);
        writer.append(qBytes(pcr(index, fault)));
    }
    writer.endMap();
    writer.append(QLatin1String("certificate"));
    writer.append(qBytes(chain.certificate()));
    writer.append(QLatin1String("cabundle"));
    writer.startArray(chain.bundle().size());
    for (const Bytes& certificate : chain.bundle()) {
        writer.append(qBytes(certificate));
    }
    writer.endArray();
    writer.append(QLatin1String("public_key"));
    writer.appendNull();
    writer.append(QLatin1String("user_data"));
    writer.append(qBytes(asBytes(userData)));
    writer.append(QLatin1String("nonce"));
    writer.append(qBytes(asBytes(nonceText)));
    writer.endMap();
    return fromQt(bytes);
}

Result<Bytes> EnclaveAttestor::document(BytesView nonce, BytesView ciphertext,
                                        std::optional<EnclaveFault> fault)
{
    const std::scoped_lock lock(m_mutex);
    ASSIGN_OR_RETURN(const EnclaveChain chain, chainFor(fault));
    const Bytes content = payload(chain, nonce, ciphertext, fault);
    ASSIGN_OR_RETURN(Bytes signature, chain.sign(signatureStructure(content)));
    if (fault == EnclaveFault::BadSignature) {
        signature.back() ^= 1U;
    }
    return coseSign1(content, signature);
}

}  // namespace countersign::sandbox
