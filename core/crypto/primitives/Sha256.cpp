#include "core/crypto/primitives/Sha256.h"

#include "core/crypto/primitives/OpenSsl.h"

namespace countersign {

Sha256Digest sha256(BytesView bytes)
{
    return Sha256().add(bytes).finish();
}

Sha256::Sha256() : m_context(EVP_MD_CTX_new())
{
    if (m_context == nullptr || EVP_DigestInit_ex(m_context, openssl::sha256(), nullptr) != 1) {
        openssl::fatal("SHA2-256");
    }
}

Sha256::~Sha256()
{
    EVP_MD_CTX_free(m_context);
}

Sha256& Sha256::add(BytesView bytes)
{
    if (EVP_DigestUpdate(m_context, bytes.data(), bytes.size()) != 1) {
        openssl::fatal("SHA2-256");
    }
    return *this;
}

Sha256Digest Sha256::finish()
{
    Sha256Digest digest{};
    if (EVP_DigestFinal_ex(m_context, digest.data(), nullptr) != 1 ||
        EVP_DigestInit_ex(m_context, openssl::sha256(), nullptr) != 1) {
        openssl::fatal("SHA2-256");
    }
    return digest;
}

}  // namespace countersign
