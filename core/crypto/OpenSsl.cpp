#include "core/crypto/OpenSsl.h"

#include <QStringList>

#include <openssl/err.h>

#include <cstdio>
#include <cstdlib>

namespace countersign::openssl {

namespace {

template <typename T>
T* required(T* algorithm, const char* name)
{
    if (algorithm == nullptr) {
        fatal(name);
    }
    return algorithm;
}

}  // namespace

const EVP_MD* sha256()
{
    static const EVP_MD* const digest = required(EVP_MD_fetch(nullptr, "SHA2-256", nullptr), "SHA2-256");
    return digest;
}

const EVP_CIPHER* aes256Gcm()
{
    static const EVP_CIPHER* const cipher =
        required(EVP_CIPHER_fetch(nullptr, "AES-256-GCM", nullptr), "AES-256-GCM");
    return cipher;
}

EVP_MAC* hmac()
{
    static EVP_MAC* const mac = required(EVP_MAC_fetch(nullptr, "HMAC", nullptr), "HMAC");
    return mac;
}

QString takeErrors()
{
    QStringList reasons;
    while (const unsigned long code = ERR_get_error()) {
        const char* reason = ERR_reason_error_string(code);
        reasons += reason != nullptr ? QString::fromLatin1(reason) : QString::number(code, 16);
    }
    return reasons.join(QStringLiteral("; "));
}

ErrorQueueGuard::ErrorQueueGuard() noexcept
{
    ERR_clear_error();
}

ErrorQueueGuard::~ErrorQueueGuard()
{
    ERR_clear_error();
}

void fatal(const char* what)
{
    std::fprintf(stderr, "countersign: OpenSSL does not provide %s\n", what);
    std::abort();
}

}  // namespace countersign::openssl
