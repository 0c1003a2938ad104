#pragma once

#include <QString>

#include <openssl/bio.h>
#include <openssl/bn.h>
#include <openssl/evp.h>

#include <memory>

// RAII wrappers and helpers for OpenSSL. Its objects are freed by hand, its algorithms are cheapest when
// fetched once, and its error queue is per thread and must not leak from one operation into the next. With
// glibc, linking this file also makes the whole process's OpenSSL overwrite the memory that it frees. Only
// core/crypto includes this.

namespace countersign::openssl {

template <auto Free>
struct Deleter
{
    template <typename T>
    void operator()(T* object) const noexcept
    {
        Free(object);
    }
};

using BigNumber = std::unique_ptr<BIGNUM, Deleter<BN_free>>;
using Bio = std::unique_ptr<BIO, Deleter<BIO_free_all>>;
using CipherContext = std::unique_ptr<EVP_CIPHER_CTX, Deleter<EVP_CIPHER_CTX_free>>;
using DigestContext = std::unique_ptr<EVP_MD_CTX, Deleter<EVP_MD_CTX_free>>;
using MacContext = std::unique_ptr<EVP_MAC_CTX, Deleter<EVP_MAC_CTX_free>>;
using Pkey = std::unique_ptr<EVP_PKEY, Deleter<EVP_PKEY_free>>;
using PkeyContext = std::unique_ptr<EVP_PKEY_CTX, Deleter<EVP_PKEY_CTX_free>>;

/// Fetched once and kept for the life of the process: a fetch per call costs more than a small hash.
const EVP_MD* sha256();
const EVP_CIPHER* aes256Gcm();
EVP_MAC* hmac();

/// The reasons that this thread's queue holds, for Error::detail; the queue is empty afterwards. Reasons are
/// fixed texts of OpenSSL and never hold data.
QString takeErrors();

/// Clears this thread's queue when an operation begins and when it ends.
class ErrorQueueGuard
{
public:
    ErrorQueueGuard() noexcept;
    ~ErrorQueueGuard();
    ErrorQueueGuard(const ErrorQueueGuard&) = delete;
    ErrorQueueGuard& operator=(const ErrorQueueGuard&) = delete;
};

/// What OpenSSL only refuses when memory or its installation is broken. The process cannot go on safely.
[[noreturn]] void fatal(const char* what);

}  // namespace countersign::openssl
