#include "core/crypto/primitives/OpenSsl.h"

#include "core/base/SecretBytes.h"

#include <QStringList>

#include <openssl/crypto.h>
#include <openssl/err.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <cstring>

#ifdef __GLIBC__
#include <malloc.h>
#endif

namespace countersign::openssl {

namespace {

#ifdef __GLIBC__

void* allocate(std::size_t size, const char* /*file*/, int /*line*/)
{
    return size > 0 ? std::malloc(size) : nullptr;
}

void release(void* memory, const char* /*file*/, int /*line*/)
{
    if (memory != nullptr) {
        wipeMemory(memory, malloc_usable_size(memory));
        std::free(memory);
    }
}

void* reallocate(void* memory, std::size_t size, const char* file, int line)
{
    void* moved = allocate(size, file, line);
    if (memory == nullptr || (moved == nullptr && size > 0)) {
        return moved;
    }
    if (moved != nullptr) {
        std::memcpy(moved, memory, std::min(size, malloc_usable_size(memory)));
    }
    release(memory, file, line);
    return moved;
}

// OpenSSL wipes its keys, but not every buffer that a key went through: encoding one as PKCS#8 leaves the
// whole encoding in freed memory. So everything that OpenSSL frees is overwritten. It accepts this only
// before its first allocation, hence from a static object.
[[maybe_unused]] const int wipesWhatItFrees = CRYPTO_set_mem_functions(&allocate, &reallocate, &release);

#endif

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
